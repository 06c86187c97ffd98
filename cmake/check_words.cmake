# No header uses a word that Qt or X11 define as a macro, so that each can be included by itself behind their headers:
#   cmake -DINCLUDE=<repository>/include -P check_words.cmake
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/*.hpp" "${INCLUDE}/*.cuh")
foreach(header IN LISTS headers)
    if(header MATCHES "^tenet/core/(hide|restore)_macros\\.hpp$")
        continue()
    endif()
    file(STRINGS "${INCLUDE}/${header}" lines
         REGEX "(^|[^A-Za-z0-9_])(slots|signals|emit|foreach|forever|Bool|Status|None|True|False|Success|Always)([^A-Za-z0-9_]|$)")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "//.*|\"[^\"]*\"" "" code "${line}")
        if(code MATCHES "(^|[^A-Za-z0-9_])(slots|signals|emit|foreach|forever|Bool|Status|None|True|False|Success|Always)([^A-Za-z0-9_]|$)")
            message(SEND_ERROR "${header}: `${CMAKE_MATCH_2}` is a macro behind the headers of Qt or X11")
        endif()
    endforeach()
endforeach()
