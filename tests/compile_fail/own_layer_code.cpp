// expect: NoForward: forward cannot be called: write template <Shape In, class T> static void forward(const T* x, Weights w, T* y), see layers/layer.hpp
// words: NoForward.*forward_cannot_be_called
// expect: OfFloats: forward cannot be called: write template <Shape In, class T> static void forward(const T* x, Weights w, T* y), see layers/layer.hpp
// words: OfFloats.*forward_cannot_be_called
// expect: Exchanged: backward cannot be called: write template <Shape In, class T> static void backward(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g), see layers/layer.hpp
// words: Exchanged.*backward_cannot_be_called
// expect: Scratch: backward takes scratch, but no static constexpr std::int64_t backward_scratch(Shape) says how much
// words: Scratch.*backward_takes_scratch_but_backward_scratch_does_not_say_how_much
// expect: NoScratch: backward cannot be called: write template <Shape In, class T> static void backward(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g, T* scratch), see layers/layer.hpp
// words: NoScratch.*backward_cannot_be_called_with_scratch
// lines: 18
#include <tenet/backend/cpu/sample_function.hpp>
#include <tenet/layers/layer.hpp>

using namespace tenet;

// What a network runs of a layer: for a vector of samples, and for one.
template <class L>
void run() {
    float numbers[32]{};
    auto* lanes = reinterpret_cast<Lanes<8>*>(numbers);
    cpu::detail::SampleForward<L, Shape{2}>::run(lanes, Weights{}, lanes);
    cpu::detail::SampleSingle<L, Shape{2}>::template run<float>(numbers, Weights{}, numbers);
    cpu::detail::SampleBackward<L, Shape{2}>::run(lanes, lanes, lanes, Weights{}, lanes, Gradients{}, lanes);
}

struct Forward {
    template <Shape In, class T>
    static void forward(const T* x, Weights, T* y) {
        for (int i = 0; i < In.count(); ++i) y[i] = x[i];
    }
};
struct Backward {
    template <Shape In, class T>
    static void backward(const T*, const T*, const T* dy, Weights, T* dx, Gradients) {
        for (int i = 0; i < In.count(); ++i) dx[i] = dy[i];
    }
};

struct NoForward : Backward {};
struct OfFloats : Backward {
    template <Shape>
    static void forward(const float* x, Weights, float* y) {
        *y = *x;
    }
};
struct Exchanged : Forward {
    template <Shape In, class T>
    static void backward(const T*, const T*, const T* dy, T* dx, Weights, Gradients) {
        for (int i = 0; i < In.count(); ++i) dx[i] = dy[i];
    }
};
struct Scratch : Forward {
    template <Shape In, class T>
    static void backward(const T*, const T*, const T* dy, Weights, T* dx, Gradients, T* scratch) {
        for (int i = 0; i < In.count(); ++i) dx[i] = scratch[i] = dy[i];
    }
};
struct NoScratch : Forward, Backward {
    static constexpr std::int64_t backward_scratch(Shape in) { return in.count(); }
};

#if defined(REPAIRED)
struct Whole : Forward, Backward {};
struct WithScratch : Scratch {
    static constexpr std::int64_t backward_scratch(Shape in) { return in.count(); }
};
template void run<Whole>();
template void run<WithScratch>();
#else
template void run<NoForward>();
template void run<OfFloats>();
template void run<Exchanged>();
template void run<Scratch>();
template void run<NoScratch>();
#endif
