# Which source files belong to which part: by directory and by the ending of the name.

# Sets `out` to the library sources below `dir` and out_tests, out_benches to the files beside them.
function(tricolor_sources out dir)
  file(GLOB_RECURSE all CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${dir}/*.cc")
  set(tests ${all})
  set(benches ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER all EXCLUDE REGEX "(_test|_bench)\\.cc$|/fuzz_[^/]*\\.cc$")
  set(${out} ${all} PARENT_SCOPE)
  set(${out}_tests ${tests} PARENT_SCOPE)
  set(${out}_benches ${benches} PARENT_SCOPE)
endfunction()

tricolor_sources(runtime_core runtime_core)
tricolor_sources(scenarios scenarios)
tricolor_sources(model model)
tricolor_sources(sim sim)
tricolor_sources(checkers checkers)
tricolor_sources(traces traces)
tricolor_sources(cli cli)
tricolor_sources(embed embed)
file(GLOB fuzz_targets CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/traces/fuzz_*.cc"
     "${CMAKE_SOURCE_DIR}/scenarios/litmus/fuzz_*.cc" "${CMAKE_SOURCE_DIR}/cli/fuzz_*.cc")
list(FILTER fuzz_targets EXCLUDE REGEX "_test\\.cc$")

# Front ends that are interpreted on the host live in scenarios/litmus.
set(litmus ${scenarios})
list(FILTER litmus INCLUDE REGEX "/scenarios/litmus/")
list(FILTER scenarios EXCLUDE REGEX "/scenarios/litmus/")
set(litmus_tests ${scenarios_tests})
list(FILTER litmus_tests INCLUDE REGEX "/scenarios/litmus/")
list(FILTER scenarios_tests EXCLUDE REGEX "/scenarios/litmus/")

set(cli_native ${cli})
list(FILTER cli_native INCLUDE REGEX "/cli/native/")
list(FILTER cli EXCLUDE REGEX "/cli/native/")
set(cli_native_tests ${cli_tests})
list(FILTER cli_native_tests INCLUDE REGEX "/cli/native/")
list(FILTER cli_tests EXCLUDE REGEX "/cli/native/")
set(cli_native_benches ${cli_benches})
list(FILTER cli_native_benches INCLUDE REGEX "/cli/native/")
list(FILTER cli_benches EXCLUDE REGEX "/cli/native/")
# Host files that the native command line is built from too.
set(cli_shared ${cli})
list(FILTER cli_shared INCLUDE REGEX
     "/cli/(memory|options|usage|standard_output|heap_output|mutator_[a-z]*|[a-z_]*_input)\.cc$")
set(cli_main ${cli})
list(FILTER cli_main INCLUDE REGEX "/cli/main\\.cc$")
list(FILTER cli EXCLUDE REGEX "/cli/main\\.cc$")

# *_native.cc is the native flavour alone.
set(core_sim_sources ${runtime_core} ${scenarios})
list(FILTER core_sim_sources EXCLUDE REGEX "_native\\.cc$")

set(flavour_simulated "${CMAKE_SOURCE_DIR}/runtime_core/flavour/simulated")
set(flavour_native "${CMAKE_SOURCE_DIR}/runtime_core/flavour/native")

# Registers one CTest test for each *_test.cc that `target` was built from.
function(tricolor_register_tests target)
  foreach(source ${ARGN})
    file(RELATIVE_PATH name "${CMAKE_SOURCE_DIR}" "${source}")
    string(REGEX REPLACE "\\.cc$" "" name "${name}")
    add_test(NAME "${name}" COMMAND ${target} --no-colors=true "--source-file=*${name}.cc"
             WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    # A file without test cases is a mistake, not a pass. The searches of all scenarios take
    # a minute on one core, and several times that where others use it too.
    set_tests_properties("${name}" PROPERTIES TIMEOUT 600
                         FAIL_REGULAR_EXPRESSION "test cases: +0 \\|")
  endforeach()
endfunction()
