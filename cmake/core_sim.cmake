# The simulated flavour: instrumented by the compiler, linked without libtsan, one global symbol.
#
# Two builds must not share inline functions: the linker would keep one copy of a std:: template
# and hooks would be lost, or fire inside the simulator. So the objects become one relocatable
# object whose other symbols are local. mem* functions carry no hooks and are redirected to
# announcing versions, and what sizes hash tables to versions that an audit can vary.
if(core_sim_sources)
  add_library(core_sim OBJECT ${core_sim_sources})
  target_include_directories(core_sim PRIVATE "${CMAKE_SOURCE_DIR}" "${flavour_simulated}")
  target_link_libraries(core_sim PRIVATE tricolor_warnings)
  # After the flags of the build type: the simulated program is the same one in every preset.
  target_compile_options(core_sim PRIVATE
    -O2 -g -fsanitize=thread -fno-omit-frame-pointer -fno-exceptions -fno-rtti
    -fno-function-sections -fno-data-sections -fno-stack-protector)
  # Each call of a hook returns to the line of its access: no jump there in place of a call, and no
  # call that branches share.
  target_compile_options(core_sim PRIVATE -fno-optimize-sibling-calls)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(core_sim PRIVATE
      -fno-addrsig "SHELL:-mllvm -tsan-instrument-func-entry-exit=0"
      "SHELL:-mllvm -enable-tail-merge=0" "SHELL:-mllvm -simplifycfg-sink-common=false"
      "SHELL:-mllvm -simplifycfg-hoist-common=false")
  else()
    target_compile_options(core_sim PRIVATE
      --param=tsan-instrument-func-entry-exit=0
      -fno-crossjumping -fno-tree-tail-merge -fno-ipa-icf)
  endif()

  set(core_sim_object "${CMAKE_BINARY_DIR}/core_sim.o")
  set(core_sim_raw "${CMAKE_BINARY_DIR}/core_sim_raw.o")
  set(rehash_policy _ZNKSt8__detail20_Prime_rehash_policy)
  add_custom_command(
    OUTPUT "${core_sim_object}"
    BYPRODUCTS "${core_sim_raw}"
    COMMAND "${TRICOLOR_LD}" -r --force-group-allocation -o "${core_sim_raw}"
            "$<TARGET_OBJECTS:core_sim>"
    COMMAND "${TRICOLOR_OBJCOPY}"
            --redefine-sym memset=tricolor_memset
            --redefine-sym memcpy=tricolor_memcpy
            --redefine-sym memmove=tricolor_memmove
            --redefine-sym ${rehash_policy}11_M_next_bktEm=tricolor_next_buckets
            --redefine-sym ${rehash_policy}14_M_need_rehashEmmm=tricolor_need_rehash
            --keep-global-symbol=tricolor_scenarios
            "${core_sim_raw}" "${core_sim_object}"
    DEPENDS core_sim "$<TARGET_OBJECTS:core_sim>"
    COMMENT "Linking the simulated flavour into one object"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(core_sim_link ALL DEPENDS "${core_sim_object}")
  set_source_files_properties("${core_sim_object}" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
endif()
