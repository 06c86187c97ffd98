// PyTorch's operators from C++, by the protocol of kernels.hpp: convolutions run in its oneDNN, matrix products in its
// MKL. Images lie contiguously or with channels last, whichever a short trial finds better.

#include <torch/torch.h>
#include <torch/version.h>

#include <memory>

#include "kernels.hpp"

namespace {

using peers::Case;
using peers::Direction;

torch::Tensor tensor_of(const std::vector<float>& values, at::IntArrayRef shape) {
    return torch::from_blob(const_cast<float*>(values.data()), shape).clone();
}

std::vector<float> numbers_of(const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.contiguous();
    return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

// Arguments by value: the closure keeps them.
std::function<torch::Tensor()> operation(const Case& c, torch::Tensor x, torch::Tensor w, torch::Tensor dy) {
    if (!c.convolution) switch (c.direction) {
            case Direction::forward:
                return [=] { return at::linear(x, w); };
            case Direction::data_gradient:
                return [=] { return at::mm(dy, w); };
            case Direction::weight_gradient:
                return [=] { return at::mm(dy.t(), x); };
        }
    if (c.direction == Direction::forward) return [=] { return at::conv2d(x, w, {}, 1, c.padding); };
    const bool weights = c.direction == Direction::weight_gradient;
    return [=] {
        auto gradients = at::convolution_backward(dy, x, w, c10::nullopt, {1, 1}, {c.padding, c.padding}, {1, 1}, false,
                                                  {0, 0}, 1, {!weights, weights, false});
        return weights ? std::get<1>(gradients) : std::get<0>(gradients);
    };
}

peers::Kernel make(const Case& c, const peers::Operands& operands) {
    torch::Tensor x, w, dy;
    std::vector<std::function<torch::Tensor()>> candidates;
    if (c.convolution) {
        x = tensor_of(operands.x, {c.batch, c.in_channels, c.size, c.size});
        w = tensor_of(operands.w, {c.out_channels, c.in_channels, c.kernel, c.kernel});
        dy = tensor_of(operands.dy, {c.batch, c.out_channels, c.out_size(), c.out_size()});
        const auto last = at::MemoryFormat::ChannelsLast;
        candidates.push_back(operation(c, x.contiguous(last), w.contiguous(last), dy.contiguous(last)));
    } else {
        x = tensor_of(operands.x, {c.batch, c.in_channels});
        w = tensor_of(operands.w, {c.out_channels, c.in_channels});
        dy = tensor_of(operands.dy, {c.batch, c.out_channels});
    }
    candidates.push_back(operation(c, x, w, dy));
    std::vector<double> times;
    for (const auto& candidate : candidates) times.push_back(peers::detail::median_seconds([&] { candidate(); }, 0.05));
    const auto best =
        candidates[static_cast<std::size_t>(std::min_element(times.begin(), times.end()) - times.begin())];
    const auto result = std::make_shared<torch::Tensor>();
    return {[=] { *result = best(); }, [=] { return numbers_of(*result); }};
}

}  // namespace

int main(int argc, char** argv) {
    torch::set_num_threads(1);
    const c10::InferenceMode no_gradients;
    return peers::serve_kernels(argc, argv, "LibTorch " TORCH_VERSION, make);
}
