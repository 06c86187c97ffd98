#pragma once

/// The only file that looks at the compiler: attributes, CUDA, and what a compiler can print.

// A file that is not there, as its name says why: no compiler goes on behind it, as it does behind #error, to the
// thousand errors of a language that lacks what follows.
#if __cplusplus < 202002L
#include <tenet needs C++20: compile with -std=c++20, or newer>
#endif

#include <cstddef>  // says which standard library it is, and of which kind

#if defined(__CUDACC__)
#define TENET_HOST_DEVICE __host__ __device__
/// Before a template that runs where its caller does and may call what exists only there: nvcc is not to look.
#define TENET_WHERE_CALLED _Pragma("nv_exec_check_disable")
#else
#define TENET_HOST_DEVICE
#define TENET_WHERE_CALLED
#endif

/// A function that must disappear into its caller. A kernel's accumulators stay in registers only if every helper and
/// every lambda on the way is inlined (g++ 12 outlines some silently, at a cost of 2 to 4 times), and a caller's target
/// attribute reaches a callee only by inlining.
#define TENET_INLINE inline __attribute__((always_inline))
#define TENET_INLINE_LAMBDA __attribute__((always_inline))
/// Compiled once: g++ would make a copy for every constant argument.
#if defined(__GNUC__) && !defined(__clang__)
#define TENET_NOINLINE __attribute__((noinline, noclone))
#else
#define TENET_NOINLINE __attribute__((noinline))
#endif
#define TENET_FLATTEN __attribute__((flatten))
/// Runs once or never: compiled for size, which takes the compiler less time.
#define TENET_COLD __attribute__((cold))

/// Before each variable of the library, and a function with a table of its own: every shared library has its own of them,
/// whether a program takes them by reference or not. g++ makes one of each name in
/// a process otherwise (STB_GNU_UNIQUE): of two plugins with layers of equal names one would run the other's functions,
/// and neither could be unloaded. Not for a type: whoever has it as a member would be warned. nvcc refuses the attribute
/// where a template's argument is local to a file.
#if defined(__CUDACC__)
#define TENET_LOCAL
#else
#define TENET_LOCAL __attribute__((visibility("hidden")))
#endif

/// Instruction sets for which entry functions exist. On another architecture, or when the compiler's own flags already
/// imply the best one, only the baseline is left: it is then the best.
#if defined(__x86_64__) && !defined(__CUDACC__) && !defined(TENET_BASELINE_ONLY)
#if !(defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512BW__) && defined(__AVX512DQ__))
#define TENET_DISPATCH 1
#endif
#endif
#ifndef TENET_DISPATCH
#define TENET_DISPATCH 0
#endif

/// clang splits 16-float vectors into halves unless a function asks for 512 bits: the accumulators would spill.
#if defined(__clang__)
#define TENET_WIDE_VECTORS __attribute__((min_vector_width(512)))
#else
#define TENET_WIDE_VECTORS
#endif
#define TENET_TARGET_AVX512 \
    TENET_NOINLINE TENET_WIDE_VECTORS __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,bmi2")))
#define TENET_TARGET_AVX2 TENET_NOINLINE __attribute__((target("avx2,fma,bmi2")))

/// Whether a static_assert takes a text that is made at compile time: clang 17 and g++ 14 do in C++26.
#if defined(__cpp_static_assert) && __cpp_static_assert >= 202306L && !defined(__CUDACC__)
#define TENET_ERROR_AS_MESSAGE 1
#else
#define TENET_ERROR_AS_MESSAGE 0
#endif
/// Others: g++ and clang >= 16 print a text in a template argument; nvcc and older clang get the same diagnosis in
/// words.
#if defined(__CUDACC__) || (defined(__clang__) && __clang_major__ < 16)
#define TENET_ERROR_AS_WORDS 1
#else
#define TENET_ERROR_AS_WORDS 0
#endif

#if defined(__CUDACC__)
#define TENET_UNROLL
#elif defined(__clang__)
#define TENET_UNROLL _Pragma("unroll")
#else
#define TENET_UNROLL _Pragma("GCC unroll 32")
#endif

/// A loop over few things that stays one on a CPU, and on a device is unrolled into registers.
#if defined(__CUDA_ARCH__)
#define TENET_ROLL_ON_HOST _Pragma("unroll")
#elif defined(__CUDACC__)
#define TENET_ROLL_ON_HOST
#elif defined(__clang__)
#define TENET_ROLL_ON_HOST _Pragma("nounroll")
#else
#define TENET_ROLL_ON_HOST _Pragma("GCC unroll 1")
#endif

/// In the body of a device's kernel: a loop over registers, which must be unrolled, one whose rounds would together need
/// too many, and one of which so many rounds are taken at once. On the host, where a body is emulated, all are loops.
#if defined(__CUDA_ARCH__)
#define TENET_ON_DEVICE 1
#define TENET_DEVICE_UNROLL _Pragma("unroll")
#define TENET_DEVICE_ROLL _Pragma("unroll 1")
#define TENET_DEVICE_UNROLL_BY(rounds) TENET_DEVICE_PRAGMA(unroll(rounds))
#define TENET_DEVICE_PRAGMA(words) _Pragma(#words)
#else
#define TENET_ON_DEVICE 0
#define TENET_DEVICE_UNROLL
#define TENET_DEVICE_ROLL
#define TENET_DEVICE_UNROLL_BY(rounds)
#endif

/// Whether the thread sanitizer watches, and a function that it leaves alone.
#if defined(__SANITIZE_THREAD__)
#define TENET_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TENET_THREAD_SANITIZER 1
#endif
#endif
#ifndef TENET_THREAD_SANITIZER
#define TENET_THREAD_SANITIZER 0
#endif
#define TENET_NO_THREAD_SANITIZER __attribute__((noinline, no_sanitize("thread")))

/// Whether an error is an exception, or the end of the program (core/raise.hpp).
#if defined(__cpp_exceptions)
#define TENET_EXCEPTIONS 1
#else
#define TENET_EXCEPTIONS 0
#endif

/// What every header opens: `tenet`, and within it, where flags change what a compiler makes of the library, an inline
/// namespace for each of them (`tenet::Model` is `tenet::avx2::Model` under -march=haswell). Objects of one program that
/// were compiled with different flags then share no symbol. If they did, a linker would keep one of two functions of equal
/// name, and run it over vectors that the other's caller laid out. What such objects give each other has no type of tenet:
/// pointers to parameters, inputs and outputs. A `Model<Net>&` is refused by the linker, which prints both names.
#define TENET_NAMESPACE \
    tenet TENET_NAMESPACE_OF_TARGET TENET_NAMESPACE_OF_OPTIONS TENET_NAMESPACE_OF_EXCEPTIONS TENET_NAMESPACE_OF_LIBRARY
#if defined(__CUDACC__)
#define TENET_NAMESPACE_OF_TARGET ::inline nvcc
#elif defined(__AVX512F__) && !TENET_DISPATCH
#define TENET_NAMESPACE_OF_TARGET ::inline avx512
#elif defined(__AVX512F__)
#define TENET_NAMESPACE_OF_TARGET ::inline avx512f
#elif defined(__AVX2__) && defined(__FMA__)
#define TENET_NAMESPACE_OF_TARGET ::inline avx2
#elif defined(__AVX2__)
#define TENET_NAMESPACE_OF_TARGET ::inline avx2_without_fma
#elif defined(__AVX__) && defined(__FMA__)
#define TENET_NAMESPACE_OF_TARGET ::inline avx_with_fma
#elif defined(__AVX__)
#define TENET_NAMESPACE_OF_TARGET ::inline avx
#else
#define TENET_NAMESPACE_OF_TARGET
#endif
#if TENET_THREAD_SANITIZER
#define TENET_NAMESPACE_OF_OPTIONS ::inline thread_sanitizer
#elif defined(TENET_BASELINE_ONLY)
#define TENET_NAMESPACE_OF_OPTIONS ::inline baseline_only
#elif defined(__FAST_MATH__)
#define TENET_NAMESPACE_OF_OPTIONS ::inline fast_math
#else
#define TENET_NAMESPACE_OF_OPTIONS
#endif
#if TENET_EXCEPTIONS || defined(__CUDACC__)
#define TENET_NAMESPACE_OF_EXCEPTIONS
#else
#define TENET_NAMESPACE_OF_EXCEPTIONS ::inline without_exceptions
#endif
// Containers and strings of the standard library, which are members here and there, are laid out by these.
#if defined(_LIBCPP_ABI_VERSION) && _LIBCPP_ABI_VERSION > 1
#define TENET_NAMESPACE_OF_LIBRARY ::inline libcxx_of_unstable_abi
#elif defined(_LIBCPP_VERSION)
#define TENET_NAMESPACE_OF_LIBRARY ::inline libcxx
#elif defined(_GLIBCXX_DEBUG) && !_GLIBCXX_USE_CXX11_ABI
#define TENET_NAMESPACE_OF_LIBRARY ::inline debug_containers_and_old_strings
#elif defined(_GLIBCXX_DEBUG)
#define TENET_NAMESPACE_OF_LIBRARY ::inline debug_containers
#elif defined(__GLIBCXX__) && !_GLIBCXX_USE_CXX11_ABI
#define TENET_NAMESPACE_OF_LIBRARY ::inline old_strings
#else
#define TENET_NAMESPACE_OF_LIBRARY
#endif
