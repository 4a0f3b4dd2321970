# Compiler settings that every target shares, and the libraries outside the tree.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
# No NDEBUG: assertions stay in production.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

find_package(Boost 1.81 REQUIRED
             COMPONENTS context json program_options iostreams stacktrace_backtrace)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(zstd REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(benchmark REQUIRED)
find_library(TRICOLOR_CAPSTONE NAMES capstone REQUIRED)

# ld -r and objcopy must be those of binutils, whatever compiler is used.
find_program(TRICOLOR_LD NAMES ld.bfd ld REQUIRED)
find_program(TRICOLOR_OBJCOPY NAMES objcopy REQUIRED)

add_library(tricolor_warnings INTERFACE)
target_compile_options(tricolor_warnings INTERFACE -Wall -Wextra -Wshadow -Werror
                       -fno-omit-frame-pointer)  # call stacks are walked through frame pointers
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Fences under -fsanitize=thread: the simulator models them; libtsan merely misses their edges.
  target_compile_options(tricolor_warnings INTERFACE -Wno-tsan)
endif()

# What host code and the native flavour are compiled with; never the simulated flavour.
add_library(tricolor_sanitizers INTERFACE)
set(sanitizer_flags "")
if(TRICOLOR_SANITIZE STREQUAL "address")
  set(sanitizer_flags -fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
elseif(TRICOLOR_SANITIZE STREQUAL "thread")
  set(sanitizer_flags -fsanitize=thread -fno-omit-frame-pointer)
elseif(TRICOLOR_SANITIZE)
  message(FATAL_ERROR "TRICOLOR_SANITIZE is '${TRICOLOR_SANITIZE}'; use '', address or thread")
endif()
if(TRICOLOR_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "TRICOLOR_FUZZ needs clang")
  endif()
  list(APPEND sanitizer_flags -fsanitize=address,undefined,fuzzer-no-link
                              -fno-sanitize-recover=all)
endif()
target_compile_options(tricolor_sanitizers INTERFACE ${sanitizer_flags})
target_link_options(tricolor_sanitizers INTERFACE ${sanitizer_flags})

add_library(doctest_main OBJECT "${CMAKE_SOURCE_DIR}/cmake/doctest_main.cc")
target_link_libraries(doctest_main PRIVATE tricolor_sanitizers)

# What most files outside the runtime include. A file includes what it uses nevertheless:
# -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON builds without.
set(common_headers <algorithm> <cstdint> <cstring> <filesystem> <fmt/format.h> <functional>
    <iostream> <map> <memory> <optional> <set> <sstream> <string> <vector>)

# A test's own code is neither hot nor debugged as it is released; there is much of it to build.
function(tricolor_compile_quickly tests)
  target_compile_options(${tests} PRIVATE $<$<CONFIG:Release>:-O1 -g0>)
  target_precompile_headers(${tests} PRIVATE ${common_headers} <boost/json.hpp>
                            <doctest/doctest.h>)
endfunction()
