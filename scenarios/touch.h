// The number by which a scenario tells the checkers that it uses an object.
#pragma once

#include <cstdint>

namespace scenarios {

// Event::user, a: the program touches the object at b.
inline constexpr std::uint64_t user_touch = 0x746f756368;

}  // namespace scenarios
