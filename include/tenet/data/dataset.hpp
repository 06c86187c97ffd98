#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenet/core/expect.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/data/conversion.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::data {

/// The class of a sample: 0, 1, ...
using Label = std::int32_t;

/// The class of a pixel, kept as a byte, as in an image of classes: at most 256 of them.
using PixelLabel = std::uint8_t;

namespace detail {
template <class T>
TENET_LOCAL inline constexpr bool is_stored_input = std::same_as<T, float> || std::same_as<T, std::uint8_t>;
template <class T>
TENET_LOCAL inline constexpr bool is_stored_target =
    std::same_as<T, float> || std::same_as<T, Label> || std::same_as<T, PixelLabel>;
}  // namespace detail

/// How the inputs are kept: images as bytes, everything else as floats.
template <class T>
concept StoredInput = detail::is_stored_input<T>;

/// What a sample should give: a class, a class for each pixel, or numbers.
template <class T>
concept StoredTarget = detail::is_stored_target<T>;

namespace detail {
/// `[1, 28, 28]`
TENET_COLD inline std::string to_string(const Shape& shape) {
    std::string text = "[";
    for (int axis = 0; axis < shape.rank; ++axis) text += io::joined({axis ? ", " : "", shape[axis]});
    return text += ']';
}
}  // namespace detail

/// Samples in memory: inputs, and for each the class it belongs to (`Target = Label`), the class of each of its pixels
/// (`Target = PixelLabel`) or the numbers to be predicted (`Target = float`).
///
/// A dataset is a view: copies, `take`, `slice` and `subset` share the samples and cost no copy of them. What is stored
/// is never changed; `conversion()` says how a stored number is to be read. What is moved from is copied, and stays.
///
///     data::Dataset<float, float> line{Shape{1}, {0, 1, 2}, Shape{1}, {1, 3, 5}};
///     assert(line.size() == 3 && line.target(2)[0] == 5);
template <class Input, class Target>
class Dataset {
    static_assert(detail::is_stored_input<Input>, "Dataset: inputs are kept as float or, images as bytes, as std::uint8_t");
    static_assert(detail::is_stored_target<Target>,
                  "Dataset: targets are data::Label for classes, float for numbers, or data::PixelLabel for classes of pixels");

  public:
    using input_type = Input;
    using target_type = Target;
    TENET_LOCAL static constexpr bool has_labels = std::same_as<Target, Label>;
    TENET_LOCAL static constexpr bool has_label_maps = std::same_as<Target, PixelLabel>;

    /// Samples with classes. `inputs` holds `labels.size()` samples of `input_shape`, each in row-major order.
    ///
    /// Throws std::invalid_argument when the numbers do not fit each other, a label is negative, or, where
    /// `class_names` are given, a label has no name.
    Dataset(const Shape& input_shape, std::vector<Input> inputs, std::vector<Label> labels,
            std::vector<std::string> class_names = {}) requires has_labels
        : Dataset(Samples{input_shape, Shape{}, std::move(inputs), std::move(labels), std::move(class_names)}) {}

    /// Samples with numbers to predict: `targets` holds as many samples of `target_shape` as `inputs` of `input_shape`.
    /// Throws std::invalid_argument when it does not.
    Dataset(const Shape& input_shape, std::vector<Input> inputs, const Shape& target_shape,
            std::vector<Target> targets) requires(!has_labels && !has_label_maps)
        : Dataset(Samples{input_shape, target_shape, std::move(inputs), std::move(targets), {}}) {}

    /// Samples with classes of their pixels: `labels` holds as many maps of `map_shape`, [H, W] of a network's output
    /// [C, H, W], as `inputs` holds samples of `input_shape`. Throws as the constructor for samples with classes does.
    Dataset(const Shape& input_shape, std::vector<Input> inputs, const Shape& map_shape, std::vector<PixelLabel> labels,
            std::vector<std::string> class_names = {}) requires has_label_maps
        : Dataset(Samples{input_shape, map_shape, std::move(inputs), std::move(labels), std::move(class_names)}) {}

    /// Numbers of another type: an error of one sentence.
    template <class In, class Out>
    Dataset(const Shape&, const std::vector<In>&, const std::vector<Out>&, const std::vector<std::string>& = {})
        : Dataset(Samples{}) {
        refuse<In, Out>();
        static_assert(has_labels || !std::same_as<Out, Target>,
                      "Dataset: targets have a shape: {input_shape, inputs, target_shape, targets}");
    }
    template <class In, class Out>
    Dataset(const Shape&, const std::vector<In>&, const Shape&, const std::vector<Out>&,
            const std::vector<std::string>& = {})
        : Dataset(Samples{}) {
        refuse<In, Out>();
    }
    template <std::integral Extent, class Inputs, class... More>
    Dataset(Extent, const Inputs&, const More&...) : Dataset(Samples{}) {
        static_assert(sizeof(Extent) == 0, "Dataset: an input's shape stands first: {Shape{4}, inputs, ...}");
    }

    Dataset(const Dataset&) = default;
    Dataset& operator=(const Dataset&) = default;

    std::int64_t size() const { return size_; }
    const Shape& input_shape() const { return samples_->input_shape; }
    /// `Shape{}` for labels.
    const Shape& target_shape() const { return samples_->target_shape; }
    /// The names of classes 0, 1, ...; empty where they have none.
    const std::vector<std::string>& class_names() const { return samples_->class_names; }

    /// How `input(i)` is to be read. Inputs kept as bytes become 0 to 1 unless told otherwise.
    const Conversion& conversion() const { return conversion_; }

    /// The stored input of sample i; requires 0 <= i < size(), as all access to samples does.
    std::span<const Input> input(std::int64_t i) const {
        return {input_data(i), static_cast<std::size_t>(input_count_)};
    }
    const Input* input_data(std::int64_t i) const { return samples_->inputs.data() + place_of(i) * input_count_; }

    /// The input of sample i as the network gets it.
    std::vector<float> converted_input(std::int64_t i) const {
        std::vector<float> values;
        for (const Input stored : input(i)) values.push_back(conversion_(stored));
        return values;
    }

    Label label(std::int64_t i) const requires has_labels {
        return samples_->targets[static_cast<std::size_t>(place_of(i))];
    }
    std::span<const Target> target(std::int64_t i) const {
        return {target_data(i), static_cast<std::size_t>(target_count_)};
    }
    const Target* target_data(std::int64_t i) const { return samples_->targets.data() + place_of(i) * target_count_; }

    /// The same samples, read by another conversion.
    Dataset with_conversion(const Conversion& conversion) const {
        Dataset copy = *this;
        copy.conversion_ = conversion;
        return copy;
    }

    /// The same samples, read as `(value - mean) / deviation` of what they were read as: PyTorch's `Normalize` after
    /// `ToTensor`. Throws std::invalid_argument unless both are finite, the deviation is above 0, and what
    /// is divided by it stays finite.
    Dataset normalized(float mean, float deviation) const {
        if (!(deviation > 0))
            throw std::invalid_argument("normalized: expected a deviation above 0, found " + std::to_string(deviation));
        tenet::detail::expect_finite("normalized", "deviation", deviation);
        tenet::detail::expect_finite("normalized", "mean", mean);
        const Conversion conversion = conversion_.normalized(mean, deviation);
        tenet::detail::expect_finite("normalized", "1 / deviation", conversion.scale);
        tenet::detail::expect_finite("normalized", "mean / deviation", conversion.shift);
        return with_conversion(conversion);
    }

    /// The first n samples, or all where there are fewer.
    Dataset take(std::int64_t n) const { return slice(0, n < size_ ? n : size_); }

    /// `count` samples from `first` on. Throws std::invalid_argument when there are not as many.
    Dataset slice(std::int64_t first, std::int64_t count) const {
        if (first < 0 || count < 0 || first > size_ - count)
            throw std::invalid_argument(
                io::joined({"slice: expected samples of 0 to ", size_, ", found ", count, " from ", first, " on"}));
        Dataset copy = *this;
        copy.first_ += first;
        copy.size_ = count;
        return copy;
    }

    /// The samples with these numbers, in this order; a number may come twice. Throws std::invalid_argument for a
    /// number without sample.
    Dataset subset(std::span<const std::int64_t> numbers) const {
        std::vector<std::int64_t> order;
        order.reserve(numbers.size());
        for (const std::int64_t i : numbers) {
            if (i < 0 || i >= size_)
                throw std::invalid_argument(
                    io::joined({"subset: expected sample numbers of 0 to ", size_ - 1, ", found ", i}));
            order.push_back(place_of(i));
        }
        Dataset copy = *this;
        copy.size_ = static_cast<std::int64_t>(order.size());
        copy.first_ = 0;
        copy.order_.reset(new std::vector<std::int64_t>(std::move(order)));  // as samples_ are
        return copy;
    }

  private:
    template <class In, class Out>
    static constexpr void refuse() {
        static_assert(std::same_as<In, Input>,
                      "Dataset: these inputs are of another type than its own: a Dataset<float, ...> takes a "
                      "std::vector<float>");
        static_assert(std::same_as<Out, Target>,
                      "Dataset: these targets are of another type than its own: labels are a std::vector<data::Label>, "
                      "numbers a std::vector<float>");
    }

    struct Samples {
        Shape input_shape;
        Shape target_shape;
        std::vector<Input> inputs;
        std::vector<Target> targets;
        std::vector<std::string> class_names;
    };

    TENET_COLD explicit Dataset(Samples samples)
        : input_count_(positive_count(samples.input_shape, "an input")),
          target_count_(positive_count(samples.target_shape, "a target")),
          size_(static_cast<std::int64_t>(samples.targets.size()) / target_count_) {
        const auto inputs = static_cast<std::int64_t>(samples.inputs.size());
        const auto targets = static_cast<std::int64_t>(samples.targets.size());
        if (targets % target_count_ != 0)
            throw std::invalid_argument(
                io::joined({"dataset: expected a multiple of ", target_count_, " target numbers, for samples of ",
                            detail::to_string(samples.target_shape), ", found ", targets}));
        if (inputs % input_count_ != 0 || inputs / input_count_ != size_)
            throw std::invalid_argument(
                io::joined({"dataset: expected ", size_ * input_count_, " input numbers, for ", size_, " samples of ",
                            detail::to_string(samples.input_shape), ", found ", inputs}));
        if constexpr (has_labels || has_label_maps) check_labels(samples, target_count_);
        // Not std::make_shared, whose tag is one for a whole process: no plugin with a data set could be unloaded.
        samples_.reset(new Samples(std::move(samples)));
    }

    static std::int64_t positive_count(const Shape& shape, const char* what) {
        std::int64_t count = 1;
        for (int axis = 0; axis < shape.rank; ++axis)
            if (shape[axis] < 1 || __builtin_mul_overflow(count, std::int64_t{shape[axis]}, &count))
                throw std::invalid_argument(io::joined(
                    {"dataset: expected ", what, " shape of extents above 0, found ", detail::to_string(shape)}));
        return count;
    }

    static void check_labels(const Samples& samples, std::int64_t labels_each) {
        const auto classes = static_cast<std::int64_t>(samples.class_names.size());
        for (std::size_t i = 0; i < samples.targets.size(); ++i) {
            const Label label = samples.targets[i];
            if (label < 0 || (classes > 0 && label >= classes))
                throw std::invalid_argument(
                    io::joined({"dataset: expected labels of 0 ",
                                classes > 0 ? io::joined({"to ", classes - 1}) : std::string{"or more"}, ", found ",
                                label, " at sample ", static_cast<std::int64_t>(i) / labels_each}));
        }
    }

    /// Where sample i lies in the storage.
    std::int64_t place_of(std::int64_t i) const {
        return order_ ? (*order_)[static_cast<std::size_t>(first_ + i)] : first_ + i;
    }

    std::shared_ptr<const Samples> samples_;
    std::shared_ptr<const std::vector<std::int64_t>> order_;  ///< places of the samples; null: one after the other
    std::int64_t input_count_;
    std::int64_t target_count_;
    std::int64_t first_ = 0;
    std::int64_t size_;
    Conversion conversion_ = default_conversion<Input>;
};

/// What training reads: for each sample a pointer to its stored input and target, and how the input is to be read. A
/// sample's input is as many `input_type`, float or std::uint8_t, as `input_shape()` has places, its target as many
/// `target_type`, float, Label or PixelLabel, as `target_shape()` has, a Label being one.
///
/// Samples are asked for by the thread that trains, one at a time and in any order, each as often as it is met; a
/// source may compute them. All pointers of a batch are fetched before any is read, so what one points to must stay
/// until its batch is done: a source that computes into buffers needs one for each of the `batch_size` samples in
/// `fit`, of 8192 in `evaluate` and in validation, or keeps all samples. On a device every sample is copied when `fit`
/// or `evaluate` begins, as soon as it is given. Labels are checked when `fit` or `evaluate` begins, and stay below the
/// number of classes. `size()` and the shapes stay as they are meanwhile; `fit` throws std::invalid_argument where the
/// size does not.
template <class T>
concept SampleSource = StoredInput<typename T::input_type> && StoredTarget<typename T::target_type> &&
    requires(const T& samples, std::int64_t i) {
    { samples.size() } -> std::convertible_to<std::int64_t>;
    { samples.input_shape() } -> std::convertible_to<Shape>;
    { samples.target_shape() } -> std::convertible_to<Shape>;
    { samples.conversion() } -> std::convertible_to<Conversion>;
    { samples.input_data(i) } -> std::same_as<const typename T::input_type*>;
    { samples.target_data(i) } -> std::same_as<const typename T::target_type*>;
};

}  // namespace tenet::data
