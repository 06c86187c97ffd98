#pragma once

#include <tenet/network/branch.hpp>

namespace TENET_NAMESPACE {

/// The outputs of all branches, which get the same input, one behind the other along the channels (or features):
/// `Concat<Branch<Conv2d<8, Kernel<1>>>, Branch<Conv2d<4, Kernel<3>, Padding<1>>, ReLU>>`. All but the first extent
/// must agree. At most 8 branches. Nothing is copied where branches can write into their slice of the output.
template <class... B>
struct Concat {};

template <class... B>
struct Lower<Concat<B...>> : detail::Joined<joins::Concatenation, B...> {
    static constexpr Text title() { return Text{} << "Concat"; }
};

}  // namespace tenet
