# tenet::thrust and tenet::cuda, where Thrust (Debian: libthrust-dev, or CUDA's own) and the CUDA toolkit are found. Shared
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
endif()

find_package(CUDAToolkit 13 QUIET)
if(CUDAToolkit_FOUND AND NOT TARGET tenet::cuda)
    add_library(tenet::cuda INTERFACE IMPORTED GLOBAL)
    target_link_libraries(tenet::cuda INTERFACE tenet::tenet CUDA::cudart CUDA::cublasLt)
    # CMake 3.25 does not know that nvcc has C++20.
    target_compile_options(tenet::cuda INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;-std=c++20>")
endif()
