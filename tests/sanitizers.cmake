# A slice of what the presets asan and tsan run whole.
set(asan_flags -fsanitize=address,undefined -fno-sanitize-recover=all -gline-tables-only)
set(asan_programs unit/losses/output_losses unit/io/atomic_file)
set(tsan_flags -fsanitize=thread -g) # support/tsan.supp has whole names of functions
set(tsan_programs unit/training/threads)

set(folder "${CMAKE_CURRENT_BINARY_DIR}/sanitizers")
file(MAKE_DIRECTORY "${folder}")
file(WRITE "${folder}/probe.cpp" "int main() { return 0; }\n")
foreach(sanitizer IN ITEMS asan tsan)
    set(probed 1)
    if(tenet_clang)
        execute_process(
            COMMAND "${tenet_clang}" ${${sanitizer}_flags} "${folder}/probe.cpp" -o "${folder}/probe"
            RESULT_VARIABLE probed OUTPUT_QUIET ERROR_QUIET)
    endif()
    if(NOT probed EQUAL 0)
        message(STATUS "tenet: no clang with ${sanitizer} (Debian: clang-19, libclang-rt-19-dev), so nothing is tested under it")
        continue()
    endif()
    foreach(source IN LISTS ${sanitizer}_programs)
        string(REPLACE "/" "." name "${sanitizer}.${source}")
        set(program "${folder}/${name}")
        add_test(
            NAME ${name}.build
            COMMAND "${tenet_clang}" ${tenet_raw_flags} ${${sanitizer}_flags} -fno-omit-frame-pointer -O1
                    -DTENET_BASELINE_ONLY -DBOOST_TEST_DYN_LINK "${CMAKE_CURRENT_SOURCE_DIR}/${source}.cpp" -o "${program}"
                    "$<TARGET_FILE:TBB::tbb>" ${ZLIB_LIBRARIES} "$<TARGET_FILE:Boost::unit_test_framework>" -pthread)
        add_test(NAME ${name} COMMAND "${program}")
        set_tests_properties(${name}.build PROPERTIES LABELS sanitizers TIMEOUT 300 FIXTURES_SETUP ${name})
        set_tests_properties(${name} PROPERTIES LABELS sanitizers TIMEOUT 120 FIXTURES_REQUIRED ${name}
                                                ENVIRONMENT "${tenet_sanitizer_options}")
    endforeach()
endforeach()
