// Uncaught exceptions of the program are violations.
#pragma once

namespace embed {

// Host stack, once the program's libraries are loaded.
void install_terminate_handler();

}  // namespace embed
