# A program has no symbol of tenet that g++ makes unique in a process, whatever shared library it lies in:
#   cmake -DNM=nm -DPROGRAM=program -P check_unique.cmake
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${NM}" -C "${PROGRAM}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]* u (guard variable for )?tenet::[^\n]*" unique "${symbols}")
list(FILTER unique EXCLUDE REGEX " u (guard variable for )?tenet::testing::")
foreach(symbol IN LISTS unique)
    message(SEND_ERROR "expected to be TENET_LOCAL, or in a function that is: ${symbol}")
endforeach()
