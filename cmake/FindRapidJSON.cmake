# RapidJSON is headers alone; its own package file, where there is one, names no target.
find_path(RapidJSON_INCLUDE_DIR rapidjson/document.h)
mark_as_advanced(RapidJSON_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    RapidJSON REQUIRED_VARS RapidJSON_INCLUDE_DIR REASON_FAILURE_MESSAGE "(Debian: rapidjson-dev)")

if(RapidJSON_FOUND AND NOT TARGET RapidJSON::RapidJSON)
    set(rapidjson_global "")
    if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
        set(rapidjson_global GLOBAL)
    endif()
    add_library(RapidJSON::RapidJSON INTERFACE IMPORTED ${rapidjson_global})
    set_target_properties(RapidJSON::RapidJSON PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${RapidJSON_INCLUDE_DIR}")
endif()
