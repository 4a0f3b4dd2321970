// Go functions that several scenarios call.
#pragma once

#include "runtime_core/mutator/mutator.h"

namespace scenarios {

// A call, where the stack guard is looked at.
constexpr runtime_core::Function nothing = {
    "nothing", 0, 0, 0, nullptr, nullptr, [](runtime_core::Mutator&) {}};
// A frame that needs a stack of the next size.
constexpr runtime_core::Function large = {
    "large", 0, 250, 0, nullptr, runtime_core::scalar_words.bytes, [](runtime_core::Mutator&) {}};

}  // namespace scenarios
