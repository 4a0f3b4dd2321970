# The host side: simulator, model checker, checkers, traces and command line, and their tests.
#
# Host code sees the declarations of the simulated flavour, which call back into sim/.
add_library(tricolor_common INTERFACE)
target_include_directories(tricolor_common INTERFACE "${CMAKE_SOURCE_DIR}" "${flavour_simulated}")
target_compile_definitions(tricolor_common INTERFACE
  TRICOLOR_VERSION="${PROJECT_VERSION}" BOOST_STACKTRACE_LINK
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_link_libraries(tricolor_common INTERFACE
  tricolor_warnings tricolor_sanitizers Boost::context Boost::json Boost::program_options
  Boost::iostreams Boost::stacktrace_backtrace zstd::libzstd_shared fmt::fmt Threads::Threads
  ${TRICOLOR_CAPSTONE} ${CMAKE_DL_LIBS})

set(host_sources ${checkers} ${traces} ${litmus})
set(host_tests ${sim_tests} ${model_tests} ${checkers_tests} ${traces_tests} ${litmus_tests}
               ${cli_tests})
set(host_benches ${sim_benches} ${model_benches} ${checkers_benches} ${traces_benches}
                 ${cli_benches})

# What runs on fibers has no red zones in its frames: stacks are saved, restored and abandoned, and
# the marks of a frame in the sanitizer's shadow would outlive it.
set(no_red_zones "")
if(TRICOLOR_SANITIZE STREQUAL "address")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    set(no_red_zones "SHELL:-mllvm -asan-stack=0")
  else()
    set(no_red_zones --param=asan-stack=0)
  endif()
endif()

# Machine and explorers are one translation unit: a step calls most of their files, and what it
# calls is short.
add_library(tricolor_machine STATIC ${sim} ${model})
target_link_libraries(tricolor_machine PUBLIC tricolor_common)
target_compile_options(tricolor_machine PRIVATE $<$<CONFIG:Release>:-O3> ${no_red_zones})
set_target_properties(tricolor_machine PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
# It declares the hooks for their addresses alone.
set_source_files_properties("${CMAKE_SOURCE_DIR}/sim/known_calls.cc" PROPERTIES
                            SKIP_UNITY_BUILD_INCLUSION ON)

if(host_sources)
  add_library(tricolor_host STATIC ${host_sources})
  target_link_libraries(tricolor_host PUBLIC tricolor_common)
  target_compile_options(tricolor_host PRIVATE ${no_red_zones})
endif()

# Everything of cli/ but main, so that its tests can call it.
set(host_libraries "")
if(cli)
  add_library(tricolor_cli STATIC ${cli})
  target_link_libraries(tricolor_cli PUBLIC tricolor_common)
  list(APPEND host_libraries tricolor_cli)
endif()
list(APPEND host_libraries tricolor_machine)
if(host_sources)
  list(APPEND host_libraries tricolor_host)
endif()

# The simulated flavour only links where the simulator is there to answer it.
set(host_object "")
if(sim AND core_sim_object)
  set(host_object "${core_sim_object}")
endif()

function(tricolor_host_executable name)
  add_executable(${name} ${ARGN} ${host_object})
  if(host_object)
    add_dependencies(${name} core_sim_link)
  endif()
  # cli, host and the simulated flavour call each other.
  target_link_libraries(${name} PRIVATE
    -Wl,--start-group ${host_libraries} -Wl,--end-group tricolor_common)
endfunction()

if(cli_main AND host_object)
  tricolor_host_executable(tricolor ${cli_main})
endif()

if(host_tests)
  tricolor_host_executable(host_tests ${host_tests})
  target_link_libraries(host_tests PRIVATE doctest_main rapidcheck)
  tricolor_compile_quickly(host_tests)
  tricolor_register_tests(host_tests ${host_tests})
endif()

if(host_benches)
  tricolor_host_executable(host_bench ${host_benches})
  target_link_libraries(host_bench PRIVATE benchmark::benchmark_main)
endif()

if(TRICOLOR_FUZZ)
  set(axioms ${sim})
  list(FILTER axioms INCLUDE REGEX "/sim/axioms/")
  foreach(source ${fuzz_targets})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} "${source}")
    if(source MATCHES "/scenarios/litmus/")
      # Explorers and axioms, and nothing else of the machine.
      target_sources(${name} PRIVATE ${litmus} ${axioms} ${model})
      target_link_libraries(${name} PRIVATE tricolor_common)
    else()
      target_link_libraries(${name} PRIVATE tricolor_host)
    endif()
    # Of the command line what reads and changes programs, and nothing else.
    if(source MATCHES "/cli/fuzz_mutator")
      set(programs ${cli})
      list(FILTER programs INCLUDE REGEX "/cli/mutator_[a-z]*\\.cc$")
      target_sources(${name} PRIVATE ${programs})
    endif()
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endforeach()
endif()
