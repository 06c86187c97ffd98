# A program has no symbol of tenet that g++ makes unique in a process, whatever shared library it lies in:
#   cmake -DREADELF=readelf -DPROGRAM=program -P check_unique.cmake
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${READELF}" -sW -C "${PROGRAM}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
# A hidden one is this program's own; brackets and semicolons would be structure in a CMake list.
string(REGEX REPLACE "[][;]" "" symbols "${symbols}")
string(REGEX MATCHALL "UNIQUE +DEFAULT +[0-9]+ (guard variable for )?tenet::[^\n]*" unique "${symbols}")
list(FILTER unique EXCLUDE REGEX " tenet::testing::")
foreach(symbol IN LISTS unique)
    message(SEND_ERROR "expected to be TENET_LOCAL, or in a function that is: ${symbol}")
endforeach()
