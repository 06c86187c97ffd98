#pragma once

#include <concepts>
#include <type_traits>

#include <tenet/data/dataset.hpp>
#include <tenet/training/progress.hpp>

/// What `Trainer::fit` takes for its options where no `FitOptions` can be made of them: a field that is given a value of
/// another type, or that there is none of, is an error of one sentence.
namespace TENET_NAMESPACE::detail {

/// What a field says of a value of another type. The argument is that type: the assertion fails where it is given.
template <class Given>
TENET_LOCAL inline constexpr bool is_of_another_type = false;

// clang-format off
struct EpochsSay {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: epochs is a whole number"); }
};
struct EpochsName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: the number of epochs is called epochs"); }
};
struct BatchSays {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: batch_size is a whole number"); }
};
struct BatchName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: the size of a batch is called batch_size"); }
};
struct RateName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: the learning rate belongs to the optimizer: SGD{.learning_rate = 0.1}"); }
};
struct ValidationName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: the validation set is called validation, and given by its address: .validation = &test"); }
};
struct SplitName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: samples for validation are set apart before, by data::split"); }
};
struct ShuffleSays {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: shuffle is true or false"); }
};
struct DropLastSays {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: drop_last is true or false"); }
};
struct ProgressSays {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: progress is Progress::automatic, Progress::on or Progress::off"); }
};
struct ProgressName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: what is shown is called progress: .progress = Progress::off"); }
};
struct CallbackName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: callbacks stand behind the options: fit(train, {...}, callback)"); }
};
struct PatienceName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: a callback ends a run early: it returns false"); }
};
struct SeedName {
    template <class G> static constexpr void refuse() { static_assert(is_of_another_type<G>, "fit: the seed is the model's: Model<Net> model{Seed{42}}"); }
};
// clang-format on

/// A field of `FitOptions`: what converts to its type is not at fault.
template <class T, class Says>
struct MisreadField {
    constexpr MisreadField() = default;
    template <class Given>
    constexpr MisreadField(const Given&) {
        if constexpr (!std::convertible_to<const Given&, T>) Says::template refuse<Given>();
    }
};

/// A bool that takes no text for one, which would be true.
template <class Says>
struct Flag {
    bool value = false;

    constexpr Flag(bool given) : value(given) {}
    template <class Given>
    constexpr Flag(const Given*) {
        Says::template refuse<Given>();
    }
    constexpr operator bool() const { return value; }
};

/// A field that `FitOptions` does not have.
template <class Says>
struct ForeignField {
    constexpr ForeignField() = default;
    template <class Given>
    constexpr ForeignField(const Given&) {
        Says::template refuse<Given>();
    }
};

template <class D>
struct MisreadValidation {
    constexpr MisreadValidation() = default;
    template <class Given>
    constexpr MisreadValidation(const Given&) {
        constexpr bool fits = std::convertible_to<const Given&, const D*>;
        static_assert(fits || std::is_pointer_v<Given>,
                      "fit: validation takes the address of a data set: .validation = &test");
        static_assert(fits || !std::is_pointer_v<Given>,
                      "fit: in plain braces the validation set has the type of the training set; FitOptions{.validation "
                      "= &test} takes any other");
    }
};

/// `FitOptions` of a training set D, and names that others give to the same.
template <class D>
struct MisreadOptions {
    ForeignField<EpochsName> num_epochs{}, n_epochs{}, max_epochs{}, epoch{};
    MisreadField<int, EpochsSay> epochs{};
    ForeignField<BatchName> batch{}, batchsize{}, batchSize{};
    MisreadField<int, BatchSays> batch_size{};
    ForeignField<RateName> lr{}, learning_rate{};
    ForeignField<SplitName> validation_split{};
    ForeignField<ValidationName> validation_data{}, validation_set{}, val{}, test{};
    MisreadValidation<D> validation{};
    MisreadField<bool, ShuffleSays> shuffle{};
    MisreadField<bool, DropLastSays> drop_last{};
    ForeignField<ProgressName> verbose{};
    MisreadField<Progress, ProgressSays> progress{};
    ForeignField<CallbackName> callback{}, callbacks{};
    ForeignField<PatienceName> patience{}, early_stopping{};
    ForeignField<SeedName> seed{};
};

template <class D>
constexpr bool keeps_another_input() {
    if constexpr (requires { typename D::input_type; })
        return !data::StoredInput<typename D::input_type>;
    else
        return false;
}
template <class D>
constexpr bool keeps_another_target() {
    if constexpr (requires { typename D::target_type; })
        return !data::StoredTarget<typename D::target_type>;
    else
        return false;
}

template <class D>
struct RefusedData {
    static_assert(!keeps_another_input<D>(),
                  "a data::SampleSource keeps inputs as float or, images as bytes, as std::uint8_t: its input_type");
    static_assert(!keeps_another_target<D>(),
                  "a data::SampleSource has targets of data::Label for classes, float for numbers, or data::PixelLabel "
                  "for classes of pixels: its target_type");
    static_assert(keeps_another_input<D>() || keeps_another_target<D>() || data::SampleSource<D>,
                  "fit and evaluate take a data::Dataset or another data::SampleSource, which has size, input_shape, "
                  "target_shape, conversion, input_data, target_data, input_type and target_type");
};

}  // namespace tenet::detail
