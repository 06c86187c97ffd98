#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <tenet/core/dropout_bits.hpp>

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
        kink = variance_left = INFINITY;
        averaged = parameters;
        for (node = 0; node < graph.graph.count; ++node)
            values.push_back(std::visit([this](const auto& op) { return compute(op); }, graph.operations[node]));
        return values[static_cast<std::size_t>(graph.graph.output)];
    }

    /// How far the values are from where a derivative jumps; what is exactly there stays there.
    double nearest_kink() const { return kink; }
    /// The least variance, eps included, that a batch normalisation of training has divided by.
    double least_variance() const { return variance_left; }
    /// The parameters with the running averages of training moved on.
    const std::vector<Array>& running() const { return averaged; }
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
    double kink = INFINITY, variance_left = INFINITY;
    std::vector<Array> averaged{};

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

    /// Calls visit(number of channel c) for all samples.
    template <class Visit>
    void for_each_of_channel(int c, int channels, std::int64_t plane, const Visit& visit) const {
        for (int n = 0; n < N; ++n)
            for (std::int64_t i = 0; i < plane; ++i) visit(static_cast<std::size_t>((n * channels + c) * plane + i));
    }
    Array normalised(int channels, std::int64_t plane, double eps, bool affine, const Array& mean,
                     const Array& variance) const {
        const auto first = static_cast<std::size_t>(graph.first_parameter(node));
        Array y = x();
        for (int c = 0; c < channels; ++c)
            for_each_of_channel(c, channels, plane, [&](std::size_t i) {
                y[i] = (y[i] - mean[c]) / std::sqrt(variance[c] + eps);
                if (affine) y[i] = y[i] * parameters[first][c] + parameters[first + 1][c];
            });
        return y;
    }
    Array compute(const tenet::operations::FrozenBatchNorm& op) const {
        const auto running = static_cast<std::size_t>(graph.first_parameter(node) + (op.affine ? 2 : 0));
        return normalised(op.channels, op.plane, op.eps, op.affine, parameters[running], parameters[running + 1]);
    }
    Array compute(const tenet::operations::BatchNorm& op) {
        const auto running = static_cast<std::size_t>(graph.first_parameter(node) + (op.affine ? 2 : 0));
        const double total = N * static_cast<double>(op.plane);
        Array mean, variance;
        for (int c = 0; c < op.channels; ++c) {
            double sum = 0.0, squares = 0.0;
            for_each_of_channel(c, op.channels, op.plane, [&](std::size_t i) { sum += x()[i]; });
            mean.push_back(sum / total);
            for_each_of_channel(c, op.channels, op.plane,
                                [&](std::size_t i) { squares += std::pow(x()[i] - mean[c], 2); });
            variance.push_back(squares / total);
            variance_left = std::min(variance_left, variance[c] + op.eps);
            const double momentum = op.momentum;
            averaged[running][c] = (1 - momentum) * averaged[running][c] + momentum * mean[c];
            averaged[running + 1][c] = (1 - momentum) * averaged[running + 1][c] + momentum * squares / (total - 1);
        }
        return normalised(op.channels, op.plane, op.eps, op.affine, mean, variance);
    }
    Array compute(const tenet::operations::RandomMask& op) const {
        const tenet::Generator generator{tenet::Seed{}, tenet::Stream::dropout, static_cast<std::uint32_t>(node), 0};
        Array y = x();
        for (int n = 0; n < N; ++n)
            for (std::int64_t i = 0; i < op.count; ++i) {
                const auto element = static_cast<std::uint32_t>(i / op.alike);
                const bool kept =
                    tenet::dropout_keep<float>(generator, op.probability, static_cast<std::uint32_t>(n), element);
                y[static_cast<std::size_t>(n * op.count + i)] *= kept ? 1.0 / (1.0 - op.probability) : 0.0;
            }
        return y;
    }
    Array compute(const tenet::testing::UserLayer&) const {
        Array y = x();
        const int n = out_count();
        for (int s = 0; s < N; ++s)
            for (int i = 0; i < n; ++i) y[s * n + i] = std::tanh(weight()[i] * x()[s * n + i] + x()[s * n + n - 1 - i]);
        return y;
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
