# The package tricolor: what a program needs to be explored instead of run.
#
#   find_package(tricolor REQUIRED)
#   target_link_libraries(my_test PRIVATE tricolor::simulated)
#
# The executable then takes the options of `tricolor explore`, its own arguments behind `--`; or, with
# TRICOLOR="--explorer dfs" in the environment, its own arguments alone.
set(TRICOLOR_LINKER_DIR "${CMAKE_CURRENT_LIST_DIR}/../../tricolor")
get_filename_component(TRICOLOR_LINKER_DIR "${TRICOLOR_LINKER_DIR}" ABSOLUTE)

if(NOT TARGET tricolor::simulated)
  add_library(tricolor::simulated INTERFACE IMPORTED)
  target_compile_options(tricolor::simulated INTERFACE
    -fsanitize=thread -fPIC -fno-omit-frame-pointer -fno-optimize-sibling-calls
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-tsan>)
  # Not -fsanitize=thread: the linker found there puts the simulator in libtsan's place.
  target_link_options(tricolor::simulated INTERFACE "-B${TRICOLOR_LINKER_DIR}")
endif()

# tricolor_simulate(TARGET...): the same for targets that are already there.
function(tricolor_simulate)
  foreach(target ${ARGN})
    target_link_libraries(${target} PRIVATE tricolor::simulated)
  endforeach()
endfunction()
