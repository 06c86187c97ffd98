# The limit of cmake/warnings.cmake, under which all tests are compiled, tells a function that exceeds it.
add_test(NAME stack.limit COMMAND "${CMAKE_CXX_COMPILER}" ${tenet_raw_flags} ${tenet_frame_limit} -Werror -O1 -c
                                  "${CMAKE_CURRENT_SOURCE_DIR}/stack/large_frame.cpp" -o /dev/null)
set_tests_properties(stack.limit PROPERTIES LABELS warnings TIMEOUT 60 PASS_REGULAR_EXPRESSION "frame.*16384")
