#pragma once

#include <concepts>
#include <cstdint>

#include <tenet/core/shape.hpp>
#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE {

namespace detail {
/// What a training step calls, with as many samples in `T` as the machine takes at once.
// clang-format off
template <class L, class T>
concept HasGradientOver =
    requires(const L& loss, const T* output, integer_of<T> label, T scale, T* gradient) {
        requires L::takes_labels;
        { loss.gradient(output, 1, label, scale, gradient) } -> std::same_as<T>;
    } ||
    requires(const L& loss, const T* output, const T* target, T scale, T* gradient) {
        requires !L::takes_labels;
        { loss.gradient(output, target, 1, scale, gradient) } -> std::same_as<T>;
    };
// clang-format on
}  // namespace detail

/// What training minimises: a value with code for one sample, over `T` = one number or `Lanes`, and two members:
/// ```
/// static constexpr bool takes_labels;  // whether a label follows the n outputs, or as many numbers of a target
/// T forward(const T* output, int n, integer_of<T> label) const;         // the sample's loss, if it takes labels
/// T forward(const T* output, const T* target, int n) const;             // ... if not
/// T gradient(const T* output, [...], T scale, T* gradient) const;       // the same, behind the same
///                                                                       // gradient[i] = scale * dloss/doutput[i]
/// ```
/// A loss that compares with labels sees one place of the output at a time, see `place_count`.
/// `scale` is 1 / batch for the mean over a batch. `gradient` may be the array `output`. Lanes that hold no sample have
/// outputs like the others; what a loss says of them is not used. Where not all numbers that a loss holds make sense,
/// it has a `void check() const` that throws std::invalid_argument, which a Trainer calls. A saved run remembers the
/// loss's type, and the numbers that it names by a `hyper_parameters` as an Optimizer's.
/// Where outputs may be many, `block_sum` (math/block_sum.hpp) adds up without losing digits.
template <class L>
concept Loss = std::copyable<L> &&(
                   requires(const L& loss, const float* output, std::int32_t label) {
                       requires L::takes_labels;
                       { loss.forward(output, 1, label) } -> std::same_as<float>;
                   } ||
                   requires(const L& loss, const float* output, const float* target) {
                       requires !L::takes_labels;
                       { loss.forward(output, target, 1) } -> std::same_as<float>;
                   }) &&
               detail::HasGradientOver<L, float>&& detail::HasGradientOver<L, detail::LanesInQuestion>;

/// An output [C, ...] has C classes at each of so many places, with a label for each: an image's pixels, or the one place
/// of a vector. The sample's loss is the mean over its places.
constexpr int place_count(const Shape& output) {
    return static_cast<int>(output.count() / output[0]);
}

}  // namespace tenet
