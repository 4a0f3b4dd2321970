// Which functions of the system's libraries the program under test may call as they are.
#pragma once

namespace embed {

// Why `name` of the library `file` may not be called; null when it may.
const char* why_refused(const char* name, const char* file);

}  // namespace embed
