# Each header opens TENET_NAMESPACE, never tenet by its name, and one that includes no other header of tenet includes
# config.hpp, so that the macro is known wherever it is used. Names of types are told without the inline namespaces that
# the macro has:
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

file(STRINGS "${INCLUDE}/tenet/config.hpp" lines REGEX "^#define TENET_NAMESPACE_OF_[A-Z]+ ::inline ")
file(READ "${INCLUDE}/tenet/diagnostics/type_name.hpp" type_name)
foreach(line IN LISTS lines)
    string(REGEX REPLACE ".*::inline " "" name "${line}")
    string(FIND "${type_name}" "\"${name}::\"" place)
    if(place EQUAL -1)
        message(SEND_ERROR "tenet/diagnostics/type_name.hpp is expected to leave out ${name}:: of tenet/config.hpp")
    endif()
endforeach()
if(NOT lines)
    message(SEND_ERROR "tenet/config.hpp is expected to define TENET_NAMESPACE_OF_... by inline namespaces")
endif()
