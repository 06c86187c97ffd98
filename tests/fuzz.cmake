# fuzz/X.cpp is a libFuzzer target: as a test it runs for a few seconds from a fixed seed. By hand, for longer:
#   build/test/tests/fuzz/X -max_total_time=600
file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "fuzz/*.cpp")
if(NOT sources)
    return()
endif()
set(folder "${CMAKE_CURRENT_BINARY_DIR}/fuzz")
file(MAKE_DIRECTORY "${folder}")
set(fuzz_flags -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)

file(WRITE "${folder}/probe.cpp" "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n")
set(probed 1)
if(tenet_clang)
    execute_process(
        COMMAND "${tenet_clang}" ${fuzz_flags} "${folder}/probe.cpp" -o "${folder}/probe"
        RESULT_VARIABLE probed OUTPUT_QUIET ERROR_QUIET)
endif()
if(NOT probed EQUAL 0)
    message(STATUS "tenet: no clang with libFuzzer (Debian: clang-19, libclang-rt-19-dev), so no fuzzing")
    return()
endif()

set(programs "")
foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    set(program "${folder}/${name}")
    add_custom_command(
        OUTPUT "${program}"
        COMMAND "${tenet_clang}" ${tenet_raw_flags} ${fuzz_flags} -MD -MF "${program}.d" -MT "${program}"
                "-DTENET_TEST_DATA=\"${CMAKE_CURRENT_SOURCE_DIR}/golden/data\"" "${CMAKE_CURRENT_SOURCE_DIR}/${source}" -o
                "${program}" ${ZLIB_LIBRARIES}
        DEPENDS "${source}"
        DEPFILE "${program}.d"
        COMMENT "Compiling ${source} with sanitizers"
        VERBATIM)
    list(APPEND programs "${program}")
    set(corpus "")
    if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name}")
        set(corpus "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name}")
    endif()
    file(MAKE_DIRECTORY "${folder}/found_${name}")
    add_test(
        NAME fuzz.${name}
        COMMAND "${program}" -seed=1 -runs=100000 -max_total_time=10 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1
                "-artifact_prefix=${folder}/" "${folder}/found_${name}" ${corpus})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 60)
endforeach()
add_custom_target(tenet_fuzz_targets ALL DEPENDS ${programs})
