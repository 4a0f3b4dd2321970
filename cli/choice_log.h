// The choices of the execution that a worker is in, where they outlive it.
#pragma once

#include <memory>
#include <vector>

#include "model/choice.h"

namespace cli {

// Memory that is shared with the processes forked after it was made. One writes, and others read
// once that one is dead.
class ChoiceLog {
 public:
  static constexpr std::size_t choices_max = 1 << 20;  // later ones are not kept

  ChoiceLog();
  ~ChoiceLog();
  ChoiceLog(const ChoiceLog&) = delete;
  ChoiceLog& operator=(const ChoiceLog&) = delete;

  void truncate(std::size_t size) { shared_->size = size; }
  void push(const model::Choice& choice);
  std::vector<model::Choice> choices() const;

 private:
  struct Shared {
    std::size_t size;
    model::Choice choices[choices_max];
  };
  Shared* shared_;
};

// Leaves every choice in the log before the machine acts on it.
std::unique_ptr<model::Explorer> logging(std::unique_ptr<model::Explorer> explorer, ChoiceLog& log);

}  // namespace cli
