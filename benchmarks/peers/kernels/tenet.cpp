// tenet's kernels, by the protocol of kernels.hpp: samples in lanes, parameters in PyTorch's layout, as in a training
// step.

#include <memory>
#include <tenet/backend/cpu/families.hpp>
#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/task.hpp>
#include <tenet/memory/aligned_buffer.hpp>

#include "kernels.hpp"
#include "../../runtime/peak.hpp"

namespace {

using namespace tenet;
using math::Identity;
using memory::AlignedBuffer;
using peers::Case;
using peers::Direction;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

/// [sample][feature] from and to [group][feature][lane].
AlignedBuffer to_lanes(const std::vector<float>& rows, int samples, int features, int lanes) {
    const int groups = (samples + lanes - 1) / lanes;
    AlignedBuffer result(size(std::int64_t{groups} * features * lanes));
    for (int n = 0; n < samples; ++n)
        for (int i = 0; i < features; ++i)
            result.data()[(std::int64_t{n / lanes} * features + i) * lanes + n % lanes] =
                rows[size(std::int64_t{n} * features + i)];
    return result;
}
std::vector<float> from_lanes(const AlignedBuffer& values, int samples, int features, int lanes) {
    std::vector<float> rows(size(std::int64_t{samples} * features));
    for (int n = 0; n < samples; ++n)
        for (int i = 0; i < features; ++i)
            rows[size(std::int64_t{n} * features + i)] =
                values.data()[(std::int64_t{n / lanes} * features + i) * lanes + n % lanes];
    return rows;
}

operations::Linear operation_of(const Case& c, operations::Linear op) {
    op.in_features = c.in_channels;
    op.out_features = c.out_channels;
    op.bias = false;
    return op;
}
operations::Convolution operation_of(const Case& c, operations::Convolution op) {
    op.in_channels = c.in_channels;
    op.out_channels = c.out_channels;
    op.bias = false;
    for (int axis = 1; axis < 3; ++axis) {
        op.in[axis] = c.size;
        op.kernel[axis] = c.kernel;
        op.padding[axis] = c.padding;
        op.out[axis] = op.out_extent(axis);
    }
    return op;
}

struct Buffers {
    AlignedBuffer x, w, y, dy, dx, dw, x_panels, scratch;
};

/// Groups go through in tasks of two, as those of small networks do in training.
template <class Isa, class Family>
peers::Kernel make(const Case& c, const peers::Operands& operands) {
    using T = cpu::Value<Isa>;
    using Op = typename Family::Op;
    constexpr int lanes = Isa::lanes, groups_per_task = 2;
    const int groups = (c.batch + lanes - 1) / lanes, ins = c.in_count(), outs = c.out_count();
    const Op op = operation_of(c, Op{});
    const auto b = std::make_shared<Buffers>();
    b->x = to_lanes(operands.x, c.batch, ins, lanes);
    b->dy = to_lanes(operands.dy, c.batch, outs, lanes);
    b->w = AlignedBuffer(operands.w.size());
    std::copy(operands.w.begin(), operands.w.end(), b->w.data());
    b->y = AlignedBuffer(size(std::int64_t{groups} * outs * lanes));
    b->dx = AlignedBuffer(size(std::int64_t{groups} * ins * lanes));
    b->dw = AlignedBuffer(operands.w.size());
    b->scratch = AlignedBuffer(size(std::max(Family::forward_scratch(op), Family::backward_scratch(op)) * lanes));

    const auto for_each_task = [=](auto body) {
        cpu::TaskContext context;
        for (int g = 0; g < groups; g += groups_per_task) {
            context.groups = std::min(groups_per_task, groups - g);
            const auto block = [&](AlignedBuffer& buffer, int features) {
                return cpu::Block<T>{reinterpret_cast<T*>(buffer.data()) + std::int64_t{g} * features, features};
            };
            body(context, block(b->x, ins), block(b->y, outs), block(b->dy, outs), block(b->dx, ins));
        }
    };
    T* const scratch = reinterpret_cast<T*>(b->scratch.data());
    switch (c.direction) {
        case Direction::forward:
            return {[=] {
                        const float* const w[]{b->w.data(), nullptr};
                        for_each_task([&](const auto& context, auto x, auto y, auto, auto) {
                            Family::template forward<Isa, Identity, T>(op, x, Weights{w}, y, scratch, context);
                        });
                    },
                    [=] { return from_lanes(b->y, c.batch, outs, lanes); }};
        case Direction::data_gradient:
            return {[=] {
                        const float* const w[]{b->w.data(), nullptr};
                        for_each_task([&](const auto& context, auto x, auto y, auto dy, auto dx) {
                            Family::template backward<Isa, Identity, T>(op, x, y, dy, Weights{w}, dx, Gradients{},
                                                                        scratch, context);
                        });
                    },
                    [=] { return from_lanes(b->dx, c.batch, ins, lanes); }};
        case Direction::weight_gradient:
            break;
    }
    const auto result = [=] { return std::vector<float>(b->dw.data(), b->dw.data() + c.weight_count()); };
    if constexpr (std::is_same_v<Op, operations::Convolution>) {
        return {[=] {
                    const float* const w[]{b->w.data(), nullptr};
                    float* const dw[]{b->dw.data(), nullptr};
                    std::fill_n(b->dw.data(), c.weight_count(), 0.f);
                    for_each_task([&](const auto& context, auto x, auto y, auto dy, auto) {
                        Family::template backward<Isa, Identity, T>(op, x, y, dy, Weights{w}, cpu::Block<T>{},
                                                                    Gradients{dw}, scratch, context);
                    });
                },
                result};
    } else {  // over the whole batch, from inputs that the forward pass has left in panels
        const cpu::InputPanels panels{ins};
        b->x_panels = AlignedBuffer(size(panels.size(c.batch)));
        for (int p = 0; p < panels.count(); ++p)
            for (int n = 0; n < c.batch; ++n)
                std::copy_n(operands.x.data() + std::int64_t{n} * ins + panels.begin(p), panels.width_of(p),
                            b->x_panels.data() + panels.offset(p, n, c.batch));
        return {[=] {
                    for (int p = 0; p < panels.count(); ++p)
                        cpu::linear_weight_gradient(
                            cpu::linear_gradient_blocks<Isa>,
                            {panels.width_of(p), outs, c.batch, 0, outs, panels.stride_of(p), ins},
                            b->x_panels.data() + panels.offset(p, 0, c.batch), b->dy.data(),
                            b->dw.data() + panels.begin(p), nullptr);
                },
                result};
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::string name;
    cpu::dispatch([&]<class Isa>() { name = Isa::name; });
    return peers::serve_kernels(
        argc, argv, "tenet " + name,
        [](const Case& c, const peers::Operands& operands) {
            return cpu::dispatch([&]<class Isa>() {
                using Convolution = cpu::Family<operations::Convolution>;
                if (!c.convolution) return make<Isa, cpu::Family<operations::Linear>>(c, operands);
                return Convolution::takes_alternative(operation_of(c, operations::Convolution{}))
                           ? make<Isa, Convolution::Alternative>(c, operands)
                           : make<Isa, Convolution>(c, operands);
            });
        },
        benchmarks::measure_peak);
}
