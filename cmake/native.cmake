# The native flavour: the same runtime sources on real threads, with nothing added.
add_library(tricolor_native_common INTERFACE)
target_include_directories(tricolor_native_common INTERFACE "${CMAKE_SOURCE_DIR}"
                           "${flavour_native}")
target_compile_definitions(tricolor_native_common INTERFACE TRICOLOR_VERSION="${PROJECT_VERSION}")
target_link_libraries(tricolor_native_common INTERFACE
  tricolor_warnings tricolor_sanitizers Boost::context Boost::json Boost::program_options fmt::fmt
  Threads::Threads)

set(native_tests ${runtime_core_tests} ${scenarios_tests} ${cli_native_tests})
set(native_benches ${runtime_core_benches} ${scenarios_benches} ${cli_native_benches})

if(runtime_core)
  add_library(runtime_native STATIC ${runtime_core})
  target_link_libraries(runtime_native PUBLIC tricolor_native_common)
  target_compile_options(runtime_native PRIVATE $<$<CONFIG:Release>:-O3>)
endif()

set(native_libraries "")
if(scenarios_tests OR cli_native)
  if(scenarios)
    add_library(scenarios_native STATIC ${scenarios})
    target_link_libraries(scenarios_native PUBLIC tricolor_native_common)
    list(APPEND native_libraries scenarios_native)
  endif()
endif()
if(runtime_core)
  list(APPEND native_libraries runtime_native)
endif()

# The command line around it: everything but main, so that its tests can call it.
set(cli_native_main ${cli_native})
list(FILTER cli_native_main INCLUDE REGEX "/main\\.cc$")
list(FILTER cli_native EXCLUDE REGEX "/main\\.cc$")
if(cli_native_main)
  add_library(tricolor_cli_native STATIC ${cli_native} ${cli_shared} ${traces} ${model})
  target_link_libraries(tricolor_cli_native PUBLIC tricolor_native_common Boost::iostreams
                        zstd::libzstd_shared)
  list(PREPEND native_libraries tricolor_cli_native)
endif()

function(tricolor_native_executable name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE
    -Wl,--start-group ${native_libraries} -Wl,--end-group tricolor_native_common)
endfunction()

if(cli_native_main)
  tricolor_native_executable(tricolor-native ${cli_native_main})
endif()

if(native_tests)
  tricolor_native_executable(native_tests ${native_tests})
  target_link_libraries(native_tests PRIVATE doctest_main rapidcheck)
  tricolor_compile_quickly(native_tests)
  tricolor_register_tests(native_tests ${native_tests})
  if(cli_native_main)
    add_dependencies(native_tests tricolor-native)  # the program that its tests start
  endif()
endif()

if(native_benches)
  tricolor_native_executable(native_bench ${native_benches})
  target_link_libraries(native_bench PRIVATE benchmark::benchmark_main)
endif()
