# Tests that are scripts, and the target that runs every benchmark.
foreach(check check_layers check_style check_format check_invariants)
  add_test(NAME "scripts/${check}" COMMAND "${CMAKE_SOURCE_DIR}/scripts/${check}"
           WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
endforeach()

if(core_sim_object)
  add_test(NAME "scripts/check_core_symbols"
           COMMAND "${CMAKE_SOURCE_DIR}/scripts/check_core_symbols" "${core_sim_object}")
endif()

if(TRICOLOR_REFERENCE_BUILD AND TARGET tricolor
   AND EXISTS "${CMAKE_SOURCE_DIR}/scripts/check_determinism")
  add_test(NAME "scripts/check_determinism"
           COMMAND "${CMAKE_SOURCE_DIR}/scripts/check_determinism"
                   "${TRICOLOR_REFERENCE_BUILD}/tricolor" "$<TARGET_FILE:tricolor>"
           WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
endif()

if(TARGET tricolor)
  add_test(NAME "scripts/check_audit"
           COMMAND "${CMAKE_SOURCE_DIR}/scripts/check_audit" "$<TARGET_FILE:tricolor>"
           WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  add_test(NAME "scripts/measure_checkpoint"
           COMMAND "${CMAKE_SOURCE_DIR}/scripts/measure_checkpoint" "$<TARGET_FILE:tricolor>" 4)
endif()

add_custom_target(bench)
foreach(name host_bench native_bench)
  if(TARGET ${name})
    add_custom_target(run_${name} COMMAND ${name} USES_TERMINAL)
    add_dependencies(run_${name} ${name})
    add_dependencies(bench run_${name})
  endif()
endforeach()
