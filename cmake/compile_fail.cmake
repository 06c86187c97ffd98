# Compiles one wrong network with one compiler and judges what the compiler says:
#   cmake -DSOURCE=x.cpp -DCOMPILER=... -DDIALECT=gcc|clang|nvcc -DFLAGS=... -DTWIN_FLAGS=... -P compile_fail.cmake
#
# The source says what it expects, and holds its own repaired twin:
#   // expect: layer 4, Conv2d<16,Kernel<15>>: kernel 15x15 does not fit input [6,14,14]
#   // words: layer<4>.*Conv2d<16, Kernel<15>>.*kernel, 15, 15     (optional regex, for compilers that print no text)
#   #if defined(REPAIRED) ... #else ... #endif
# Required: exactly one error, the sentence in its first line, at most 12 lines in all, and a silent twin.
cmake_minimum_required(VERSION 3.25)
set(most_lines 12)

if(DIALECT STREQUAL "nvcc")
    set(compile "${COMPILER}" -x cu -c -o /dev/null ${FLAGS})
else()
    set(compile "${COMPILER}" -x c++ -fsyntax-only ${FLAGS})
endif()
set(ENV{LC_ALL} C)

# Blanks and the joints of a text that clang wants in pieces differ from compiler to compiler; brackets, semicolons and
# backslashes would be structure in a CMake list.
function(normalise variable text)
    string(REGEX REPLACE "\"}, *[A-Za-z_:]*text<[0-9]+>{\"" "" text "${text}")
    string(REGEX REPLACE "[ \t]+" "" text "${text}")
    string(REPLACE "tenet::" "" text "${text}")
    string(REPLACE "[" "(" text "${text}")
    string(REPLACE "]" ")" text "${text}")
    string(REPLACE ";" "," text "${text}")
    string(REPLACE "\\" "/" text "${text}")
    set(${variable} "${text}" PARENT_SCOPE)
endfunction()

file(READ "${SOURCE}" source)
if(NOT source MATCHES "// expect: ([^\n]+)")
    message(FATAL_ERROR "${SOURCE} has no line '// expect: <sentence>'")
endif()
set(expected "${CMAKE_MATCH_1}")
normalise(expected_normal "${expected}")
set(words "NETWORK_ERROR")
if(source MATCHES "// words: ([^\n]+)")
    set(words "${CMAKE_MATCH_1}")
endif()
if(NOT source MATCHES "REPAIRED")
    message(FATAL_ERROR "${SOURCE} has no repaired twin (#if defined(REPAIRED))")
endif()

execute_process(COMMAND ${compile} "${SOURCE}" RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
string(REGEX REPLACE "\n+$" "" said "${said}")

set(faults "")
if(status EQUAL 0)
    list(APPEND faults "the wrong network compiles")
endif()

normalise(normal "${said}")
string(REPLACE "\n" ";" lines "${normal}")
list(LENGTH lines line_count)
if(line_count GREATER most_lines)
    list(APPEND faults "${line_count} lines of output, more than ${most_lines}")
endif()

set(errors 0)
set(first_error "")
foreach(line IN LISTS lines)
    if(line MATCHES ":(fatal)?error:")
        math(EXPR errors "${errors} + 1")
        if(errors EQUAL 1)
            set(first_error "${line}")
        endif()
    endif()
endforeach()
if(NOT errors EQUAL 1)
    list(APPEND faults "${errors} errors instead of one")
endif()

if(DIALECT STREQUAL "nvcc")
    string(REGEX REPLACE "[ \t]+" "" words_normal "${words}")
    string(REPLACE "tenet::" "" words_normal "${words_normal}")
    if(NOT first_error MATCHES "${words_normal}")
        list(APPEND faults "the first error line does not match: ${words}")
    endif()
else()
    string(FIND "${first_error}" "${expected_normal}" at)
    if(at EQUAL -1)
        string(REPLACE ";" "," sentence "${expected}")
        list(APPEND faults "the first error line does not say: ${sentence}")
    endif()
endif()

execute_process(
    COMMAND ${compile} ${TWIN_FLAGS} -DREPAIRED "${SOURCE}" RESULT_VARIABLE status OUTPUT_VARIABLE twin_said ERROR_VARIABLE twin_said)
if(NOT status EQUAL 0 OR NOT twin_said STREQUAL "")
    list(APPEND faults "the repaired twin is not silent")
endif()

if(faults)
    list(JOIN faults "\n  " faults)
    message("The wrong network gave:\n${said}\n")
    if(NOT twin_said STREQUAL "")
        message("Its twin gave:\n${twin_said}\n")
    endif()
    message(FATAL_ERROR "${faults}")
endif()
message("${said}")
