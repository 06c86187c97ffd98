// expect: functions of std know no numbers of a formula and no lanes of many samples: write exp, expm1, log, log1p, sqrt, tanh, sigmoid, softplus, erf, abs, min, max, clamp or select without std::
// lines: 28
#include <algorithm>
#include <cmath>

#include <tenet/math/activation.hpp>

using namespace tenet;

// A function object, as nvcc takes no lambda for a template argument.
struct Swish {
    template <class T>
    TENET_HOST_DEVICE constexpr auto operator()(T x) const {
#if defined(REPAIRED)
        return x / (1.0f + exp(-x)) + tanh(x * x) - sqrt(abs(x)) + max(x, 0.0f) - clamp(x, 0.0f, 1.0f);
#else
        return x / (1.0f + std::exp(-x)) + std::pow(std::sin(x), 2.0f) + std::max(x, 0.0f) + std::clamp(x, 0.0f, 1.0f);
#endif
    }
};
using Activation = math::FromCallable<Swish{}>;

float value(float x) {
    return Activation::value(x);
}
Lanes<8> value(Lanes<8> x) {
    return Activation::value(x);
}
