# tenet::thrust, tenet::cuda and tenet::cudnn, where Thrust (Debian: libthrust-dev, or CUDA's own) and the CUDA toolkit are found. Shared
# with the installed package.
find_path(
    TENET_THRUST_INCLUDE_DIR thrust/for_each.h
    PATH_SUFFIXES cccl
    PATHS /usr/local/cuda/include)
mark_as_advanced(TENET_THRUST_INCLUDE_DIR)
if(TENET_THRUST_INCLUDE_DIR AND NOT TARGET tenet::thrust)
    add_library(tenet::thrust INTERFACE IMPORTED GLOBAL)
    target_link_libraries(tenet::thrust INTERFACE tenet::tenet)
    target_include_directories(tenet::thrust SYSTEM INTERFACE "${TENET_THRUST_INCLUDE_DIR}")
    # Which policy runs is said with each call; without this Thrust includes CUDA's runtime, which may not be there.
    target_compile_definitions(
        tenet::thrust INTERFACE $<$<COMPILE_LANGUAGE:CXX>:THRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP>)
endif()

find_package(CUDAToolkit 13 QUIET)
if(CUDAToolkit_FOUND AND NOT TARGET tenet::cuda)
    add_library(tenet::cuda INTERFACE IMPORTED GLOBAL)
    target_link_libraries(tenet::cuda INTERFACE tenet::tenet CUDA::cudart CUDA::cublasLt)
    # CMake 3.25 does not know that nvcc has C++20.
    target_compile_options(tenet::cuda INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;-std=c++20>")
endif()

find_path(TENET_CUDNN_INCLUDE_DIR cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
find_library(TENET_CUDNN_LIBRARY cudnn HINTS ${CUDAToolkit_LIBRARY_DIR})
mark_as_advanced(TENET_CUDNN_INCLUDE_DIR TENET_CUDNN_LIBRARY)
if(TARGET tenet::cuda AND TENET_CUDNN_INCLUDE_DIR AND TENET_CUDNN_LIBRARY AND NOT TARGET tenet::cudnn)
    add_library(tenet::cudnn INTERFACE IMPORTED GLOBAL)
    target_link_libraries(tenet::cudnn INTERFACE tenet::cuda "${TENET_CUDNN_LIBRARY}")
    target_include_directories(tenet::cudnn SYSTEM INTERFACE "${TENET_CUDNN_INCLUDE_DIR}")
endif()
