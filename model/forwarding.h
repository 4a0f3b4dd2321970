// What explorers that stand before another one share: they pass everything on.
#pragma once

#include "model/choice.h"

namespace model {

class Forwarding : public Explorer {
 public:
  std::optional<std::size_t> next_execution() override { return inner_.next_execution(); }
  std::uint32_t choose(const ChoicePoint& point) override { return inner_.choose(point); }
  bool supports_backtrack() const override { return inner_.supports_backtrack(); }
  bool reduces() const override { return inner_.reduces(); }
  bool wants_steps() const override { return inner_.wants_steps(); }
  Features* features() override { return inner_.features(); }
  bool looks_ahead() const override { return inner_.looks_ahead(); }
  void on_step(const Step& step) override { inner_.on_step(step); }
  void on_cut() override { inner_.on_cut(); }
  Coverage coverage() const override { return inner_.coverage(); }
  std::vector<std::string> limits() const override { return inner_.limits(); }
  bool last_execution_was_new() const override { return inner_.last_execution_was_new(); }
  bool begin_part(std::span<const std::uint64_t> part) override { return inner_.begin_part(part); }
  Words rest_of_part() override { return inner_.rest_of_part(); }

 protected:
  // REQUIRES: `inner` outlives this.
  explicit Forwarding(Explorer& inner) : inner_(inner) {}
  Explorer& inner() { return inner_; }
  const Explorer& inner() const { return inner_; }

 private:
  Explorer& inner_;
};

}  // namespace model
