// Explorer that draws every choice uniformly.
#pragma once

#include "model/sampler.h"

namespace model {

class Random final : public Sampler {
 public:
  using Sampler::Sampler;
  std::uint32_t choose(const ChoicePoint& point) override {
    return generator().below(point.options);
  }
};

}  // namespace model
