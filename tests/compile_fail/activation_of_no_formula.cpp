// expect: Activation: a formula takes one number and returns one, of whatever type it is called with: [](auto x) { return x * sigmoid(x), }
// lines: 24
#include <tenet/math/activation.hpp>

using namespace tenet;

// Function objects, as nvcc takes no lambda for a template argument.
struct Square {
    template <class T>
    TENET_HOST_DEVICE constexpr T operator()(T x) const {
        return x * x;
    }
};
struct OfFloats {
    constexpr float operator()(float x) const { return x * x; }
};
struct OfTwo {
    template <class T>
    constexpr T operator()(T x, T y) const {
        return x * y;
    }
};
struct Mask {
    template <class T>
    constexpr auto operator()(T x) const {
        return x > 0.0f;
    }
};

template <class Formula>
Lanes<8> value(Lanes<8> x) {
    return math::FromCallable<Formula{}>::value(x);
}
#if defined(REPAIRED)
template Lanes<8> value<Square>(Lanes<8>);
#else
template Lanes<8> value<OfFloats>(Lanes<8>);
template Lanes<8> value<OfTwo>(Lanes<8>);
template Lanes<8> value<Mask>(Lanes<8>);
#endif
