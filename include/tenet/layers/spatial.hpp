#pragma once

#include <tenet/layers/options.hpp>

/// Shape rules that convolutions and pooling share.
namespace TENET_NAMESPACE::detail {

TENET_LOCAL inline constexpr unsigned extent_options = kernel_option | stride_option | padding_option | dilation_option;

constexpr why::Word needs_rank(int rank) {
    return rank == 1 ? why::needs_a_sequence_but_gets : rank == 2 ? why::needs_an_image_but_gets : why::needs_a_volume_but_gets;
}

/// Complains of extents that are not one or `rank` numbers, or that are less than `least`.
constexpr void check_extents(Diagnosis& why, why::Word name, const Extents& written, int rank, int least) {
    if (!why.empty() || written.rank == 0) return;
    if (written.rank != 1 && written.rank != rank) {
        if (rank == 1) why << name << why::takes_one_number_but_has << written.rank;
        else why << name << why::takes_one_number_or << rank << why::numbers_but_has << written.rank;
        return;
    }
    for (int axis = 0; axis < written.rank; ++axis)
        if (written.extents[axis] < least) {
            why << name << (least > 0 ? why::must_be_positive : why::must_not_be_negative) << why::but_is << written;
            return;
        }
}

/// Copies extents of `rank` axes behind leading ones of a three-axis operation.
constexpr void place_extents(int (&axes)[3], const Extents& extents) {
    for (int axis = 0; axis < extents.rank; ++axis) axes[3 - extents.rank + axis] = extents.extents[axis];
}

/// The spatial part of a shape [C, ...].
constexpr Extents spatial_extents(const Shape& shape) {
    Extents result{shape.rank - 1, {}};
    for (int axis = 0; axis < result.rank; ++axis) result.extents[axis] = shape[axis + 1];
    return result;
}

}  // namespace tenet::detail
