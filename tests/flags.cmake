# Programs as users compile them: with warnings that we do without, behind other headers' macros, without exceptions, with
# another standard library.
set(folder "${CMAKE_CURRENT_BINARY_DIR}/flags")
file(MAKE_DIRECTORY "${folder}")

# Every layer trained, run and saved.
set(user_warnings ${tenet_warning_flags} -Wsign-conversion -Wold-style-cast)
foreach(dialect IN ITEMS gcc clang)
    if(tenet_${dialect})
        add_test(
            NAME flags.warnings.${dialect}
            COMMAND "${tenet_${dialect}}" ${tenet_raw_flags} ${user_warnings} -Werror -fsyntax-only
                    "${CMAKE_CURRENT_SOURCE_DIR}/flags/every_layer.cpp")
        add_test(
            NAME flags.macros.${dialect}
            COMMAND "${tenet_${dialect}}" ${tenet_raw_flags} ${tenet_warning_flags} -Werror -fsyntax-only -include flags/macros.hpp
                    -include tenet/tenet.hpp -include flags/macros_again.hpp -x c++ /dev/null)
        set_tests_properties(flags.warnings.${dialect} flags.macros.${dialect} PROPERTIES LABELS flags TIMEOUT 120)
    endif()
endforeach()

# Inference without exceptions and run-time types: it runs, and says why it does not go on.
foreach(dialect IN ITEMS gcc clang)
    if(NOT tenet_${dialect})
        continue()
    endif()
    set(program "${folder}/inference_${dialect}")
    add_test(
        NAME flags.inference.${dialect}.build
        COMMAND "${tenet_${dialect}}" ${tenet_raw_flags} ${tenet_warning_flags} -Werror -O1 -fno-exceptions -fno-rtti
                "${CMAKE_CURRENT_SOURCE_DIR}/flags/inference.cpp" -o "${program}" "$<TARGET_FILE:TBB::tbb>" -pthread)
    add_test(NAME flags.inference.${dialect} COMMAND "${program}")
    add_test(NAME flags.inference.${dialect}.message COMMAND sh -c "'${program}' wrong; test $? -eq 134")
    set_tests_properties(
        flags.inference.${dialect}.build PROPERTIES LABELS flags TIMEOUT 120 FIXTURES_SETUP flags_inference_${dialect})
    set_tests_properties(
        flags.inference.${dialect} flags.inference.${dialect}.message PROPERTIES LABELS flags TIMEOUT 60 FIXTURES_REQUIRED
                                                                                 flags_inference_${dialect})
    set_tests_properties(
        flags.inference.${dialect}.message PROPERTIES PASS_REGULAR_EXPRESSION "tenet: no parameter is named 0.wight; there are")
endforeach()

# A program whose standard library is libc++, with oneTBB's library, which has been linked with libstdc++.
file(WRITE "${folder}/probe.cpp" "#include <vector>\nint main() { return std::vector<int>{}.size() == 0 ? 0 : 1; }\n")
set(probed 1)
if(tenet_clang)
    execute_process(
        COMMAND "${tenet_clang}" -stdlib=libc++ "${folder}/probe.cpp" -o "${folder}/probe"
        RESULT_VARIABLE probed OUTPUT_QUIET ERROR_QUIET)
endif()
if(NOT probed EQUAL 0)
    message(STATUS "tenet: no clang with libc++ (Debian: clang-19, libc++-19-dev), so no programs with it")
    return()
endif()
add_test(
    NAME flags.libcxx.build
    COMMAND "${tenet_clang}" -stdlib=libc++ ${tenet_raw_flags} -O1 "${CMAKE_CURRENT_SOURCE_DIR}/flags/program.cpp" -o
            "${folder}/libcxx" "$<TARGET_FILE:TBB::tbb>" ${ZLIB_LIBRARIES} -pthread)
add_test(NAME flags.libcxx COMMAND "${folder}/libcxx" "${folder}")
set_tests_properties(flags.libcxx.build PROPERTIES LABELS flags TIMEOUT 300 FIXTURES_SETUP flags_libcxx)
set_tests_properties(flags.libcxx PROPERTIES LABELS flags TIMEOUT 60 FIXTURES_REQUIRED flags_libcxx)
