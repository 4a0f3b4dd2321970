// What the program writes to standard output and error.
#pragma once

namespace embed {

// Shown only where one execution is run on purpose; a search runs thousands.
extern bool output_is_shown;

// Host stack, once the program's libraries are loaded: its std::cout and std::cerr come here too.
void redirect_streams();

}  // namespace embed
