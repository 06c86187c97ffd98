#pragma once

#include <tenet/network/lower.hpp>

namespace TENET_NAMESPACE {

/// Layers one after the other whose inner values are not kept from forward to backward: training computes them again,
/// from the input of the first, just before they go backward. All results are those of `Sequential<Layer...>`, bit for
/// bit; it takes less memory, and up to one more forward pass of these layers:
/// ```
/// template <int Channels>
/// using Block = Residual<Conv2d<Channels, Kernel<3>, Padding<1>>, BatchNorm2d<>, ReLU,
///                        Conv2d<Channels, Kernel<3>, Padding<1>>, BatchNorm2d<>>;
/// using Deep = Network<Input<3, 64, 64>, Conv2d<32, Kernel<3>>, Repeat<8, Checkpoint<Block<32>>>, ...>;
/// ```
/// Nothing is computed again but what backward reads: not the output, nor what other layers read; and only where that
/// lowers the peak of the memory plan. Random layers draw the same masks, statistics of the batch are not taken again,
/// and what a Linear keeps of the batch for its weight gradient is kept as ever. Of Checkpoints in each other the
/// outermost counts; in inference they are Sequential. Parameters are named "<position>.weight".
/// See https://pytorch.org/docs/stable/checkpoint.html.
template <class... Layer>
struct Checkpoint {};

template <class... Layer>
struct Lower<Checkpoint<Layer...>> : detail::Chain<Layer...> {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        if (sizeof...(Layer) == 0) {
            builder.why << why::has_no_layers;
            return inputs;
        }
        const int outside = builder.checkpoint;
        if (outside == 0) builder.checkpoint = ++builder.checkpoint_count;
        const Values outputs = detail::Chain<Layer...>::wire(builder, inputs);
        builder.checkpoint = outside;
        return outputs;
    }
    static constexpr Text title() { return Text{} << "Checkpoint"; }
};

}  // namespace tenet
