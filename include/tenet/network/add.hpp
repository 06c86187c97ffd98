#pragma once

#include <tenet/network/branch.hpp>

namespace TENET_NAMESPACE {

/// The sum of all branches, which get the same input and give the same shape. At most 8 branches.
template <class... B>
struct Add {};

template <class... B>
struct Lower<Add<B...>> : detail::Joined<joins::Sum, B...> {
    static constexpr Text title() { return Text{} << "Add"; }
};

}  // namespace tenet
