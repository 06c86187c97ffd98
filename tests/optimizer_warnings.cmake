# What g++'s optimiser has to say of code that it once took for the use of an uninitialised number, at both levels that
# users compile with: the builds only print such a warning (see cmake/warnings.cmake).
if(NOT tenet_gcc OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    return()
endif()
foreach(level IN ITEMS O2 O3)
    foreach(machine IN ITEMS x86-64 x86-64-v4)
        add_test(
            NAME warnings.dropout_bits.${level}.${machine}
            COMMAND "${tenet_gcc}" ${tenet_raw_flags} ${tenet_warning_flags} -Werror -${level} -march=${machine}
                    -DBOOST_TEST_DYN_LINK -c "${CMAKE_CURRENT_SOURCE_DIR}/unit/core/dropout_bits.cpp" -o /dev/null)
        set_tests_properties(warnings.dropout_bits.${level}.${machine} PROPERTIES LABELS warnings TIMEOUT 120)
    endforeach()
endforeach()
