# fuzz/X.cpp is a libFuzzer target: as a test it runs for a few seconds from a fixed seed. For longer:
#   cmake --preset fuzz && cmake --build --preset fuzz && ctest --preset fuzz
set(TENET_FUZZ_SECONDS 10 CACHE STRING "How long the tests run each fuzz target at most")
mark_as_advanced(TENET_FUZZ_SECONDS)
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

# A mutated file of 4 KB holds at most 1032 times that of compressed numbers, which are read into at most twice that memory:
# one allocation beyond 16 MB was stated by the file, not filled by it. No more executions than so many a second, so that
# the short run is always the same.
math(EXPR runs "10000 * ${TENET_FUZZ_SECONDS}")
math(EXPR timeout "${TENET_FUZZ_SECONDS} + 50")
set(limits "-runs=${runs}" "-max_total_time=${TENET_FUZZ_SECONDS}" -timeout=5 -max_len=4096 -malloc_limit_mb=16
           -rss_limit_mb=1024)

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
        COMMAND "${program}" -seed=1 ${limits} -print_final_stats=1 "-artifact_prefix=${folder}/" "${folder}/found_${name}"
                ${corpus})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endforeach()
add_custom_target(tenet_fuzz_targets ALL DEPENDS ${programs})
