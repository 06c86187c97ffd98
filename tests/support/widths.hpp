#pragma once

#include <cstddef>
#include <vector>

#include <tenet/math/value.hpp>

/// Runs a formula over an array with every value type that this machine can execute.
namespace tenet::testing {

template <class T, class Formula>
TENET_INLINE void apply_body(const float* x, float* y, std::size_t count) {
    for (std::size_t i = 0; i < count; i += lanes_of<T>) store(y + i, Formula::apply(load<T>(x + i)));
}

template <class Formula>
TENET_NOINLINE void apply_float(const float* x, float* y, std::size_t count) {
    apply_body<float, Formula>(x, y, count);
}
template <class Formula>
TENET_NOINLINE void apply_lanes4(const float* x, float* y, std::size_t count) {
    apply_body<Lanes<4>, Formula>(x, y, count);
}
#if defined(__x86_64__)
template <class Formula>
TENET_TARGET_AVX2 void apply_lanes8(const float* x, float* y, std::size_t count) {
    apply_body<Lanes<8>, Formula>(x, y, count);
}
template <class Formula>
TENET_TARGET_AVX512 void apply_lanes16(const float* x, float* y, std::size_t count) {
    apply_body<Lanes<16>, Formula>(x, y, count);
}
#endif

inline bool can_run(int width) {
#if defined(__x86_64__)
    if (width == 8) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (width == 16) return __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    return width <= 4;
}

/// y[i] = Formula::apply(x[i]) in values of 1 or 4 floats, which every machine can.
template <class Formula>
std::vector<float> apply_anywhere(int width, const std::vector<float>& x) {
    std::vector<float> y(x.size());
    if (width == 1) apply_float<Formula>(x.data(), y.data(), x.size());
    if (width == 4) apply_lanes4<Formula>(x.data(), y.data(), x.size());
    return y;
}

/// y[i] = Formula::apply(x[i]) in values of `width` floats; the count is a multiple of 16.
template <class Formula>
std::vector<float> apply(int width, const std::vector<float>& x) {
    if (width <= 4) return apply_anywhere<Formula>(width, x);
    std::vector<float> y(x.size());
#if defined(__x86_64__)
    if (width == 8) apply_lanes8<Formula>(x.data(), y.data(), x.size());
    if (width == 16) apply_lanes16<Formula>(x.data(), y.data(), x.size());
#endif
    return y;
}

/// Calls `f(width)` for each.
template <class F>
void for_each_width(F&& f) {
    for (int width : {1, 4, 8, 16})
        if (can_run(width)) f(width);
}

}  // namespace tenet::testing
