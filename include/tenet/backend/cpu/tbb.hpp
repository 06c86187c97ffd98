#pragma once

#include <oneapi/tbb/version.h>

/// What is used of oneTBB, without <immintrin.h>. Of its 60,000 lines oneTBB 2021 wants three functions, which
/// <emmintrin.h> has; to read them all took a third of the time that including tenet takes. For oneTBB's headers alone
/// the file seems to be there already: whoever asks for it before or later gets it.
#if defined(__x86_64__) && TBB_VERSION_MAJOR == 2021
#include <emmintrin.h>
#pragma push_macro("_IMMINTRIN_H_INCLUDED")
#pragma push_macro("__IMMINTRIN_H")
#undef _IMMINTRIN_H_INCLUDED
#undef __IMMINTRIN_H
#define _IMMINTRIN_H_INCLUDED
#define __IMMINTRIN_H
#endif

// clang-format off
#include <tenet/core/hide_macros.hpp>
// Qt has a macro `emit`, which is a function of oneTBB's.
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#include <tenet/core/restore_macros.hpp>
// clang-format on

#if defined(__x86_64__) && TBB_VERSION_MAJOR == 2021
#pragma pop_macro("__IMMINTRIN_H")
#pragma pop_macro("_IMMINTRIN_H_INCLUDED")
#endif
