# Each header opens TENET_NAMESPACE, never tenet by its name, and one that includes no other header of tenet includes
# config.hpp, so that the macro is known wherever it is used:
#   cmake -DINCLUDE=<repository>/include -P check_namespace.cmake
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/*.hpp" "${INCLUDE}/*.cuh")
foreach(header IN LISTS headers)
    file(STRINGS "${INCLUDE}/${header}" by_name REGEX "^(inline )?namespace tenet")
    foreach(line IN LISTS by_name)
        message(SEND_ERROR "${header}: `${line}` is expected to open TENET_NAMESPACE (see tenet/config.hpp)")
    endforeach()
    file(STRINGS "${INCLUDE}/${header}" opened REGEX "^namespace TENET_NAMESPACE")
    file(STRINGS "${INCLUDE}/${header}" above REGEX "^#include <tenet/")
    if(opened AND NOT above)
        message(SEND_ERROR "${header}: opens TENET_NAMESPACE, but includes no <tenet/config.hpp>")
    endif()
endforeach()
