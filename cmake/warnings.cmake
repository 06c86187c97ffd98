# Warnings are a matter of our own programs; whoever links tenet::tenet keeps their own.
# Extents are ints and sizes of containers are not: clang's -Wconversion would warn of every meeting of the two.
set(tenet_warning_flags -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow)

# What a function may take of a thread's stack, where compilers keep what they can in registers: users' threads have 64 KiB
# and less. At -O0 each number of an inlined formula has a place of its own.
set(tenet_frame_limit -Wframe-larger-than=16384)

# The C++ that nvcc hands to the host's compiler is not ours.
add_library(tenet_warnings INTERFACE)
target_compile_options(tenet_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${tenet_warning_flags}>")

# g++ 12 sees overlapping copies in std::string's operator+ that cannot be (its bug 105651). What depends on how much the
# optimiser inlined is told, but breaks no build where warnings are errors.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(tenet_no_errors -Wno-restrict -Wno-error=maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow
                        -Wno-error=stringop-overread)
    target_compile_options(tenet_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${tenet_no_errors}>")
endif()
