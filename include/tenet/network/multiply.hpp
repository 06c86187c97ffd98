#pragma once

#include <tenet/network/branch.hpp>

namespace TENET_NAMESPACE {

/// The product of two branches that get the same input, element by element; or, where the second gives one number for
/// each channel ([C] or [C, 1, 1]), channel by channel, as squeeze-and-excitation does
/// (https://arxiv.org/abs/1709.01507): `Multiply<Branch<>, Branch<GlobalAvgPool, Flatten, Linear<4>, ReLU, Linear<64>,
/// Sigmoid>>`.
template <class... B>
struct Multiply {};

template <class... B>
struct Lower<Multiply<B...>> : detail::Joined<joins::Product, B...> {
    static constexpr Text title() { return Text{} << "Multiply"; }
};

}  // namespace tenet
