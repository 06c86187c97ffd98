#pragma once

#include <tenet/diagnostics/network_error.hpp>
#include <tenet/network/network.hpp>

namespace tenet::detail {

/// The verdict on a loss behind a network: one that compares with class labels needs an output [N].
template <class Net, class Loss>
struct CheckedTarget {
    using layers = slot<0, Loss>;
    static constexpr Diagnosis diagnosis = [] {
        Diagnosis why;
        if (Net::ok && Loss::takes_labels && Net::output_shape.rank != 1) {
            why.name((type_name<Loss>() << ':').view())
                << why::the_network_gives << Net::output_shape << why::but_the_loss_takes_labels_of_a_vector;
        }
        return why;
    }();
};

}  // namespace tenet::detail
