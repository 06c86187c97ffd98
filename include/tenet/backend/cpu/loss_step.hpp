#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <tenet/backend/cpu/flat_entry.hpp>
#include <tenet/core/batch.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/metrics/argmax.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

/// What a loss finds in each lane: the sample's loss, and at how many places the largest output is the label's.
struct LossLanes {
    TENET_LOCAL static constexpr int most = 16;
    float losses[most];
    std::int32_t correct[most]{};

    /// The sums over lanes that hold a sample.
    TENET_NOINLINE StepResult sum(int lanes, const float* scale) const {
        StepResult result;
        for (int l = 0; l < lanes; ++l) {
            if (scale[l] == 0.0f) continue;
            result.loss += losses[l];
            result.correct += correct[l];
        }
        return result;
    }
};

/// The loss and its gradient for one group of lanes; `scale` is 1/batch in lanes that hold a sample and 0 in the
/// others, which come last and get a gradient of exactly 0, whatever the loss says of them. `buffer` holds the target;
/// or of several places with labels one place's outputs at a time.
template <class Loss>
struct LossStep {
    template <class T>
    static TENET_INLINE void run(const Loss* loss, const T* output, int count, int places, const std::int32_t* labels,
                                 T* buffer, const float* scale, T* gradient, LossLanes* found) {
        const T s = load<T>(scale);
        if constexpr (Loss::takes_labels) {
            const auto* label = reinterpret_cast<const integer_of<T>*>(labels);
            const int classes = count / places;
            const T share(1.0f / static_cast<float>(places));
            const integer_of<T> none = 0, one = 1;
            integer_of<T> correct = none;  // a float counts to 2^24
            BlockSum<T, 4> sum;
            for (int p = 0; p < places; ++p) {
                const T* logits = output;
                T* to = gradient;
                if (places > 1) {
                    for (int c = 0; c < classes; ++c) buffer[c] = output[c * places + p];
                    logits = to = buffer;
                }
                correct = correct + select(argmax(logits, classes) == label[p], one, none);
                sum.add(loss->gradient(logits, classes, label[p], s * share, to));
                for (int c = 0; places > 1 && c < classes; ++c) gradient[c * places + p] = buffer[c];
            }
            store(found->losses, sum.total() * share);
            std::memcpy(found->correct, &correct, sizeof correct);
        } else {
            store(found->losses, loss->gradient(output, buffer, count, s, gradient));
        }
        if (scale[lanes_of<T> - 1] == 0.0f) {
            const auto empty = s == T(0.0f);
            for (int i = 0; i < count; ++i) gradient[i] = select(empty, T{}, gradient[i]);
        }
    }
};

template <class Isa, class Loss>
StepResult loss_code(const void* loss, const float* output, int count, int places, const std::int32_t* labels,
                     float* buffer, const float* scale, float* gradient) {
    using T = Value<Isa>;
    LossLanes found;
    call_flat<Isa, LossStep<Loss>>(static_cast<const Loss*>(loss), reinterpret_cast<const T*>(output), count, places,
                                   labels, reinterpret_cast<T*>(buffer), scale, reinterpret_cast<T*>(gradient), &found);
    return found.sum(Isa::lanes, scale);
}

}  // namespace detail

/// A loss without its type.
struct AnyLoss {
    const void* loss = nullptr;
    bool takes_labels = true;
    int places = 1;  // with a label each
    StepResult (*gradient)(const void* loss, const float* output, int count, int places, const std::int32_t* labels,
                           float* buffer, const float* scale, float* gradient) = nullptr;

    /// The numbers of a sample that `gradient` needs room for, of `count` outputs: its target, or one place's outputs.
    constexpr std::int64_t buffer_size(std::int64_t count) const {
        return !takes_labels ? count : places > 1 ? count / places : 0;
    }
};

/// A loss of a network with this output.
template <class Isa, class Loss>
AnyLoss any_loss(const Loss& loss, const Shape& output) {
    return {&loss, Loss::takes_labels, Loss::takes_labels ? place_count(output) : 1, detail::loss_code<Isa, Loss>};
}

/// Labels [size][places] in the order of lanes, [group][place][lane]; 0 in lanes without a sample.
inline void read_labels(const std::int32_t* labels, int size, int places, int width, std::vector<std::int32_t>& lanes) {
    const std::size_t group = static_cast<std::size_t>(places) * static_cast<std::size_t>(width);
    lanes.assign(static_cast<std::size_t>((size + width - 1) / width) * group, 0);
    for (int i = 0; i < size; ++i) {
        std::int32_t* to = lanes.data() + static_cast<std::size_t>(i / width) * group + i % width;
        for (int p = 0; p < places; ++p, to += width) *to = *labels++;
    }
}

}  // namespace tenet::cpu
