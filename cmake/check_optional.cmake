# tenet configures without what only widens its tests and benchmarks, and says what it leaves out:
#   cmake -DSOURCE=<repository> -DBUILD=<a folder for it> -DCOMPILER=<C++ compiler>
#         -DGENERATOR=<CMake generator> -P check_optional.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${BUILD}")
execute_process(
    COMMAND ${CMAKE_COMMAND} -G "${GENERATOR}" -S "${SOURCE}" -B "${BUILD}" "-DCMAKE_CXX_COMPILER=${COMPILER}" -DTENET_CLANG=FALSE
            -DTENET_NVCC=FALSE -DTENET_AARCH64_GCC=FALSE -DTENET_GNUPLOT=FALSE -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON
            -DTENET_THRUST_INCLUDE_DIR=FALSE -DCMAKE_DISABLE_FIND_PACKAGE_CUDAToolkit=ON
    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE complaints)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "configuring without the optional tools failed:\n${said}\n${complaints}")
endif()
foreach(sentence IN ITEMS "tenet: no clang, " "tenet: no nvcc, " "tenet: no aarch64 compiler" "tenet: no clang with libFuzzer"
                          "tenet: no clang with libc++" "tenet: no gnuplot" "tenet: no Google Benchmark" "tenet: no Thrust"
                          "tenet: no CUDA toolkit")
    string(FIND "${said}" "${sentence}" at)
    if(at EQUAL -1)
        message(SEND_ERROR "configuring does not say \"${sentence}...\":\n${said}")
    endif()
endforeach()
