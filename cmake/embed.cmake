# The runner: the executable that a program for the simulator is put into, and its package.
#
# It brings its own C++ library, linked in and not exported, so that what the program's libstdc++
# allocates and throws is the program's.
find_library(TRICOLOR_BOOST_PO NAMES libboost_program_options.a REQUIRED)
find_library(TRICOLOR_BOOST_JSON NAMES libboost_json.a REQUIRED)
find_library(TRICOLOR_BOOST_CONTEXT NAMES libboost_context.a REQUIRED)
find_library(TRICOLOR_BOOST_IOSTREAMS NAMES libboost_iostreams.a REQUIRED)
find_library(TRICOLOR_BOOST_STACKTRACE NAMES libboost_stacktrace_backtrace.a REQUIRED)
# Likewise what else allocates on fibers: embed/allocation.cc takes a library's memory for the
# program's. fmt is in embed/format.cc.
find_library(TRICOLOR_CAPSTONE_STATIC NAMES libcapstone.a REQUIRED)

set(embed_folder "${CMAKE_BINARY_DIR}/embed")
add_executable(tricolor-runner ${embed})
set_target_properties(tricolor-runner PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${embed_folder}")
target_compile_definitions(tricolor-runner PRIVATE TRICOLOR_VERSION="${PROJECT_VERSION}")
target_include_directories(tricolor-runner PRIVATE "${CMAKE_SOURCE_DIR}" "${flavour_simulated}")
target_link_libraries(tricolor-runner PRIVATE tricolor_warnings)
target_link_options(tricolor-runner PRIVATE
  -static-libstdc++ -static-libgcc
  "-Wl,--version-script=${CMAKE_SOURCE_DIR}/embed/exported.map" -Wl,--export-dynamic)
# Every hook is asked for by name, and by nothing else.
target_link_libraries(tricolor-runner PRIVATE
  -Wl,--whole-archive $<TARGET_FILE:tricolor_machine> -Wl,--no-whole-archive
  -Wl,--start-group $<TARGET_FILE:tricolor_cli> $<TARGET_FILE:tricolor_host> -Wl,--end-group
  "${TRICOLOR_BOOST_PO}" "${TRICOLOR_BOOST_JSON}" "${TRICOLOR_BOOST_CONTEXT}"
  "${TRICOLOR_BOOST_IOSTREAMS}" "${TRICOLOR_BOOST_STACKTRACE}" "${TRICOLOR_CAPSTONE_STATIC}"
  backtrace z bz2 lzma zstd
  ${CMAKE_DL_LIBS})
add_dependencies(tricolor-runner tricolor_machine tricolor_cli tricolor_host)
add_custom_command(TARGET tricolor-runner POST_BUILD
  COMMAND "${CMAKE_COMMAND}" -E copy "${CMAKE_SOURCE_DIR}/embed/ld" "${embed_folder}/ld" VERBATIM)

set(package_folder lib/tricolor)
install(TARGETS tricolor-runner DESTINATION ${package_folder} COMPONENT embed)
install(PROGRAMS embed/ld DESTINATION ${package_folder} COMPONENT embed)
install(FILES embed/tricolorConfig.cmake DESTINATION lib/cmake/tricolor COMPONENT embed)

add_test(NAME "embed/package"
         COMMAND "${CMAKE_SOURCE_DIR}/scripts/check_package" "${CMAKE_BINARY_DIR}"
                 "${CMAKE_CXX_COMPILER}")
set_tests_properties("embed/package" PROPERTIES TIMEOUT 900)
