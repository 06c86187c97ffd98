# Every header compiles alone and without a warning, and the folders do not include each other in a circle.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/include/tenet/*.hpp")

foreach(header IN LISTS headers)
    set(thrust_flags)
    if(header MATCHES "^tenet/(cuda|cudnn).hpp$")
        continue() # for nvcc: see cuda.cmake
    elseif(header STREQUAL "tenet/core/restore_macros.hpp")
        continue() # stands only behind hide_macros.hpp
    elseif(header MATCHES "^tenet/(backend/)?thrust")
        if(NOT TARGET tenet::thrust)
            continue()
        endif()
        set(thrust_flags -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP)
        if(NOT TENET_THRUST_INCLUDE_DIR IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
            list(APPEND thrust_flags -isystem "${TENET_THRUST_INCLUDE_DIR}")
        endif()
    endif()
    string(REGEX REPLACE "^tenet/(.*)\\.hpp$" "\\1" name "${header}")
    string(REPLACE "/" "." name "${name}")
    add_test(
        NAME headers.${name}
        COMMAND "${CMAKE_CXX_COMPILER}" ${tenet_raw_flags} ${thrust_flags} ${tenet_warning_flags} -Wsign-conversion -Wold-style-cast
                -Werror -fsyntax-only
                -include ${header} -x c++ /dev/null)
    set_tests_properties(headers.${name} PROPERTIES LABELS headers TIMEOUT 120)
endforeach()

foreach(law IN ITEMS layering include_order umbrella namespace words)
    add_test(
        NAME headers.${law}
        COMMAND ${CMAKE_COMMAND} "-DINCLUDE=${PROJECT_SOURCE_DIR}/include" -P "${PROJECT_SOURCE_DIR}/cmake/check_${law}.cmake")
    set_tests_properties(headers.${law} PROPERTIES LABELS headers)
endforeach()
