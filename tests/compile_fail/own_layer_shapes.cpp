// expect: layer 2, Empty: output must be positive but is [0]
// words: output,.*must_be_positive
// expect: layer 1, Residual > layer 1, Negative: output must be positive but is [-7]
// words: output,.*must_be_positive
// expect: layer 1, OfNoWeights: the shape of scale must be positive but is [3,0]
// words: the_shape_of,.*must_be_positive
// expect: layer 1, OfAnInt: output(Shape) gives no Shape
// words: output_gives_no_Shape
// expect: layer 1, OfAnObject: OfAnObject is not a layer; it has no public static constexpr Shape output(Shape), see layers/layer.hpp
// words: has_no_output_of_a_Shape
// expect: a layer has at most 4 parameters: divide it, or join tensors
// words: a layer has at most 4 parameters
// lines: 20
#include <tenet/network.hpp>

using namespace tenet;

struct Empty {
    static constexpr Shape output(Shape) { return Shape{0}; }
};
struct Negative {
    static constexpr Shape output(Shape in) { return Shape{in[0] - 9}; }
};
struct OfNoWeights {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape) {
        return {ParameterSpec{"shift", Shape{}}, ParameterSpec{"scale", Shape{3, 0}}};
    }
};
struct OfAnInt {
    static constexpr int output(Shape in) { return in[0]; }
};
struct OfAnObject {
    constexpr Shape output(Shape in) const { return in; }
};
struct OfFive {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape) {
        constexpr ParameterSpec a{"a", Shape{1}};
#if defined(REPAIRED)
        return {a};
#else
        return {a, a, a, a, a};
#endif
    }
};

#if defined(REPAIRED)
struct Scalar {
    static constexpr Shape output(Shape) { return {}; }
    static constexpr ParameterList parameters(Shape) { return {ParameterSpec{"scale", Shape{}}}; }
};
static_assert(Network<Input<2>, Linear<4>, Scalar>::output_shape == Shape{});
static_assert(Network<Input<2>, OfFive>::output_shape == Shape{2});
#else
void look() {
    static_cast<void>(Network<Input<2>, Linear<4>, Empty>{});
    static_cast<void>(Network<Input<2>, Residual<Negative>>{});
    static_cast<void>(Network<Input<2>, OfNoWeights>{});
    static_cast<void>(Network<Input<2>, OfAnInt>{});
    static_cast<void>(Network<Input<2>, OfAnObject>{});
    static_cast<void>(Network<Input<2>, OfFive>{});
}
#endif
