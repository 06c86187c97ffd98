#pragma once

#include <cmath>
#include <vector>

#include <support/oracle.hpp>
#include <support/random_graph.hpp>

/// What a random graph computes, node by node, in double precision.
namespace oracle {

class GraphForward {
  public:
    /// `parameters` by tensor; a later change of them is seen.
    GraphForward(const tenet::testing::RandomGraph& g, const std::vector<Array>& tensors, int samples)
        : graph(g), parameters(tensors), N(samples) {}

    const Array& run(const Array& input) {
        values.assign(1, input);
        kink = INFINITY;
        for (node = 0; node < graph.graph.count; ++node)
            values.push_back(std::visit([this](const auto& op) { return compute(op); }, graph.operations[node]));
        return values[static_cast<std::size_t>(graph.graph.output)];
    }

    /// How far the values are from where a derivative jumps; what is exactly there stays there.
    double nearest_kink() const { return kink; }
    /// The largest magnitude of any value.
    double largest() const {
        double most = 0.0;
        for (const Array& numbers : values)
            for (const double number : numbers) most = std::max(most, std::abs(number));
        return most;
    }

  private:
    const tenet::testing::RandomGraph& graph;
    const std::vector<Array>& parameters;
    int N = 0;
    std::vector<Array> values{};  // by value, [N][count]
    int node = 0;
    double kink = INFINITY;

    void note_kink(double distance) {
        if (distance != 0.0) kink = std::min(kink, std::abs(distance));
    }

    const tenet::LeafNode& it() const { return graph.graph.nodes[node]; }
    const Array& x(int k = 0) const { return values[static_cast<std::size_t>(it().inputs[k])]; }
    int count(int k) const { return static_cast<int>(graph.shape(it().inputs[k]).count()); }
    int out_count() const { return static_cast<int>(it().out.count()); }
    const Array& weight() const { return parameters[static_cast<std::size_t>(graph.first_parameter(node))]; }
    Array bias(bool has) const {
        return has ? parameters[static_cast<std::size_t>(graph.first_parameter(node)) + 1] : Array{};
    }

    Array compute(const tenet::operations::Linear& op) const {
        return linear(N, op.in_features, op.out_features, x(), weight(), bias(op.bias));
    }
    Array compute(const tenet::operations::Convolution& op) const {
        Convolution c;
        c.C = op.in_channels;
        c.K = op.out_channels;
        for (int axis = 0; axis < 3; ++axis) {
            c.in[axis] = op.in[axis];
            c.kernel[axis] = op.kernel[axis];
            c.stride[axis] = op.stride[axis];
            c.padding[axis] = op.padding[axis];
        }
        return convolution(c, N, x(), weight(), bias(op.bias));
    }
    template <tenet::operations::Pooling Kind>
    Array compute(const tenet::operations::Window<Kind>& op) {
        const bool average = Kind == tenet::operations::Pooling::average;
        Array y(static_cast<std::size_t>(N) * out_count());
        for (int plane = 0; plane < N * op.channels; ++plane)
            for (int oh = 0; oh < op.out[1]; ++oh)
                for (int ow = 0; ow < op.out[2]; ++ow) {
                    double result = average ? 0 : -INFINITY;
                    for (int r = 0; r < op.kernel[1]; ++r)
                        for (int s = 0; s < op.kernel[2]; ++s) {
                            const int h = oh * op.stride[1] + r, w = ow * op.stride[2] + s;
                            const double value = x()[(plane * op.in[1] + h) * op.in[2] + w];
                            if (!average && (r > 0 || s > 0)) note_kink(value - result);
                            result = average ? result + value / (op.kernel[1] * op.kernel[2]) : std::max(result, value);
                        }
                    y[(plane * op.out[1] + oh) * op.out[2] + ow] = result;
                }
        return y;
    }
    template <class F>
    Array map(F f) const {
        Array y = x();
        for (double& value : y) value = f(value);
        return y;
    }
    Array compute(const tenet::operations::Map<tenet::math::Tanh>&) const {
        return map([](double v) { return std::tanh(v); });
    }
    Array compute(const tenet::operations::Map<tenet::math::ReLU>&) {
        for (const double v : x()) note_kink(v);
        return map([](double v) { return v > 0 ? v : 0; });
    }
    Array compute(const tenet::operations::Map<tenet::math::Mish>&) const {
        return map([](double v) { return v * std::tanh(std::log1p(std::exp(v))); });
    }
    Array compute(const tenet::operations::View&) const {
        Array y;
        for (int n = 0; n < N; ++n) {
            const auto first = x().begin() + n * count(0) + it().offset;
            y.insert(y.end(), first, first + out_count());
        }
        return y;
    }
    Array compute(const tenet::operations::Sum&) const {
        Array y = x(0);
        for (int k = 1; k < it().input_count; ++k)
            for (std::size_t i = 0; i < y.size(); ++i) y[i] += x(k)[i];
        return y;
    }
    Array compute(const tenet::operations::Product&) const {
        Array y = x(0);
        const std::size_t plane = static_cast<std::size_t>(count(0) / count(1));
        for (std::size_t i = 0; i < y.size(); ++i) y[i] *= x(1)[i / plane];
        return y;
    }
    Array compute(const tenet::operations::Concat&) const {
        Array y;
        for (int n = 0; n < N; ++n)
            for (int k = 0; k < it().input_count; ++k)
                y.insert(y.end(), x(k).begin() + n * count(k), x(k).begin() + (n + 1) * count(k));
        return y;
    }
};

}  // namespace oracle
