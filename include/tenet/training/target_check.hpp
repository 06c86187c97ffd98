#pragma once

#include <tenet/diagnostics/network_error.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/network/network.hpp>
#include <tenet/training/batch_buffer.hpp>

namespace TENET_NAMESPACE::detail {

/// The verdict on a loss that compares with class labels, behind a network, and a data set that has them: one for each
/// sample for an output [N], one for each pixel for an output [C, H, W].
template <class Net, class Loss, class D>
struct CheckedTarget {
    using layers = slot<0, Loss>;
    TENET_LOCAL static constexpr Diagnosis diagnosis = [] {
        Diagnosis why;
        const bool map_for_vector = Loss::takes_labels && has_label_maps<D> && Net::output_shape.rank == 1;
        const bool label_for_map = Loss::takes_labels && has_labels<D> && place_count(Net::output_shape) > 1;
        if (Net::ok && (map_for_vector || label_for_map))
            why.name((type_name<Loss>() << ':').view())
                << why::the_network_gives << Net::output_shape
                << (map_for_vector ? why::but_the_data_set_has_labels_of_pixels
                                   : why::but_the_data_set_has_one_label_for_each_sample);
        return why;
    }();
};

}  // namespace tenet::detail
