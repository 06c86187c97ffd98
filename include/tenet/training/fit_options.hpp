#pragma once

#include <tenet/config.hpp>
#include <tenet/training/misread_options.hpp>
#include <tenet/training/progress.hpp>

namespace TENET_NAMESPACE {

/// What `FitOptions` names where there is no validation set.
struct NoValidation {};

/// How `Trainer::fit` goes through a data set. In plain braces, as in the example of `Trainer`, the validation set is
/// of the training set's type; `FitOptions{.epochs = 10, .validation = &test}` takes any other that fits network and
/// loss.
template <class V = NoValidation>
struct FitOptions {
    int epochs = 1;                 ///< 0 or more
    int batch_size = 32;            ///< 1 or more
    const V* validation = nullptr;  ///< evaluated after every epoch
    detail::Flag<detail::ShuffleSays> shuffle = true;
    /// Leaves out the samples at the end of an epoch that fill no batch.
    detail::Flag<detail::DropLastSays> drop_last = false;
    Progress progress = Progress::automatic;
};

namespace detail {
template <class V>
void as_options(const FitOptions<V>*);
template <class T>
concept IsFitOptions = requires(const T* options) {
    as_options(options);
};
}  // namespace detail

}  // namespace tenet
