// expect: a comparison of many samples has an answer for each of them: write select(x > 0.0f, a, b) in place of x > 0.0f ? a : b or an if, math::max(x, y) in place of std::max(x, y)
// expect: functions of std know no numbers of a formula and no lanes of many samples: write exp, expm1, log, log1p, sqrt, tanh, sigmoid, softplus, erf, abs, min, max, clamp or select without std::
// lines: 24
#include <algorithm>
#include <cmath>

#include <tenet/math/activation.hpp>

using namespace tenet;

template <class T>
T leaky(T x) {
#if defined(REPAIRED)
    return select(x > 0.0f, x, 0.1f * x) + math::max(x, T(0.0f));
#else
    if (x > 0.0f) return x;
    return std::max(x, T(0.0f)) + (x > 0.5f ? x : 0.1f * x);
#endif
}

template <class T>
T decaying(T x) {
#if defined(REPAIRED)
    using namespace std;
    return exp(-abs(x)) + x * x;
#else
    return std::exp(-std::abs(x)) + std::pow(x, 2.0f);
#endif
}

float leaky_decay(float x) {
    return x > 0.0f ? x : std::max(x, -1.0f) + std::exp(-std::abs(x));
}

template Lanes<4> leaky(Lanes<4>);
template Lanes<8> leaky(Lanes<8>);
template Lanes<16> leaky(Lanes<16>);
template Lanes<4> decaying(Lanes<4>);
template Lanes<8> decaying(Lanes<8>);
