# The unit tests that need neither oneTBB's nor zlib's binary, compiled for aarch64 and run by an emulator. Boost.Test's
# library for that machine is compiled here from its headers.
find_program(TENET_AARCH64_GCC aarch64-linux-gnu-g++)
find_program(TENET_QEMU_AARCH64 NAMES qemu-aarch64 qemu-aarch64-static)
mark_as_advanced(TENET_AARCH64_GCC TENET_QEMU_AARCH64)
if(NOT TENET_AARCH64_GCC OR NOT TENET_QEMU_AARCH64)
    message(STATUS "tenet: no aarch64 compiler or emulator (Debian: g++-aarch64-linux-gnu, qemu-user), so no tests for it")
    return()
endif()

# Whether a file includes oneTBB or zlib, itself or through headers of ours.
function(needs_a_binary result file)
    get_property(known GLOBAL PROPERTY "tenet_needs_a_binary_${file}")
    if(NOT "${known}" STREQUAL "")
        set(${result} ${known} PARENT_SCOPE)
        return()
    endif()
    set(needs FALSE)
    set_property(GLOBAL PROPERTY "tenet_needs_a_binary_${file}" FALSE) # ends a circle
    file(STRINGS "${file}" includes REGEX "^ *#include <")
    foreach(line IN LISTS includes)
        string(REGEX REPLACE ".*<([^>]*)>.*" "\\1" included "${line}")
        if(included MATCHES "^(oneapi/)?tbb/|^zlib\\.h$")
            set(needs TRUE)
            break()
        endif()
        foreach(root IN ITEMS "${PROJECT_SOURCE_DIR}/include" "${CMAKE_CURRENT_SOURCE_DIR}")
            if(EXISTS "${root}/${included}")
                needs_a_binary(needs "${root}/${included}")
                break()
            endif()
        endforeach()
        if(needs)
            break()
        endif()
    endforeach()
    set_property(GLOBAL PROPERTY "tenet_needs_a_binary_${file}" ${needs})
    set(${result} ${needs} PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "unit/*.cpp")
# A child process that fails to start: the emulator makes a fork of vfork, so that the parent never learns of it.
list(REMOVE_ITEM sources "unit/training/plot.cpp")
# A GPU's threads, emulated, on an emulated CPU: a minute.
list(FILTER sources EXCLUDE REGEX "^unit/backend_cuda/")
set(folder "${CMAKE_CURRENT_BINARY_DIR}/aarch64")
file(MAKE_DIRECTORY "${folder}")

set(framework "${folder}/boost_test.o")
file(WRITE "${folder}/boost_test.cpp.new" "#include <boost/test/included/unit_test.hpp>\n")
file(COPY_FILE "${folder}/boost_test.cpp.new" "${folder}/boost_test.cpp" ONLY_IF_DIFFERENT)
add_custom_command(
    OUTPUT "${framework}"
    COMMAND "${TENET_AARCH64_GCC}" ${tenet_raw_flags} -O1 -c "${folder}/boost_test.cpp" -o "${framework}"
    DEPENDS "${folder}/boost_test.cpp"
    COMMENT "Compiling Boost.Test for aarch64"
    VERBATIM)

set(programs "")
foreach(source IN LISTS sources)
    needs_a_binary(left_out "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
    if(left_out)
        continue()
    endif()
    string(REGEX REPLACE "\\.cpp$" "" name "${source}")
    string(REPLACE "/" "." name "${name}")
    set(program "${folder}/${name}")
    add_custom_command(
        OUTPUT "${program}"
        COMMAND "${TENET_AARCH64_GCC}" ${tenet_raw_flags} -O1 -DTENET_TEST_EMULATED -MD -MF "${program}.d" -MT "${program}"
                "-DTENET_TEST_DATA=\"${CMAKE_CURRENT_SOURCE_DIR}/golden/data\""
                "${CMAKE_CURRENT_SOURCE_DIR}/${source}" "${framework}" -static -pthread -o "${program}"
        DEPENDS "${source}" "${framework}"
        DEPFILE "${program}.d"
        COMMENT "Compiling ${source} for aarch64"
        VERBATIM)
    list(APPEND programs "${program}")
    add_test(NAME aarch64.${name} COMMAND "${TENET_QEMU_AARCH64}" "${program}")
    set_tests_properties(aarch64.${name} PROPERTIES LABELS aarch64 TIMEOUT 300)
endforeach()
add_custom_target(tenet_aarch64_tests ALL DEPENDS ${programs})
