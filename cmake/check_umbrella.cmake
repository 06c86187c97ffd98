# The umbrellas include every header, themselves or through another:
#   cmake -DINCLUDE=<repository>/include -P check_umbrella.cmake
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE missing RELATIVE "${INCLUDE}" "${INCLUDE}/tenet/*.hpp" "${INCLUDE}/tenet/*.cuh")
set(open tenet/tenet.hpp tenet/inference.hpp tenet/thrust.hpp tenet/cudnn.hpp)
while(open)
    list(POP_FRONT open header)
    if(NOT header IN_LIST missing)
        continue() # was here before
    endif()
    list(REMOVE_ITEM missing "${header}")
    file(STRINGS "${INCLUDE}/${header}" lines REGEX "^ *#include <tenet/")
    list(TRANSFORM lines REPLACE ".*<([^>]*)>.*" "\\1")
    list(APPEND open ${lines})
endwhile()
foreach(header IN LISTS missing)
    message(SEND_ERROR "no umbrella leads to ${header}")
endforeach()
