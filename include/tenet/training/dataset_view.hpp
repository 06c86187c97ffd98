#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/training/batch.hpp>

namespace tenet {

/// What the trainer needs of a data set: how many samples, where each one's stored numbers lie, how they become inputs
/// (stored * scale() + shift()), and its class label or its target tensor.
template <class D>
concept Dataset = requires(const D& data, std::size_t i) {
    { data.size() } -> std::convertible_to<std::size_t>;
    { data.input_shape().count() } -> std::convertible_to<std::int64_t>;
    { data.input(i).data() };
    { data.scale() } -> std::convertible_to<float>;
    { data.shift() } -> std::convertible_to<float>;
};

/// Data sets with class labels.
template <class D>
concept LabelledDataset = Dataset<D> && requires(const D& data, std::size_t i) {
    { data.label(i) } -> std::convertible_to<std::int32_t>;
};

/// The pointers and labels of one batch, kept between batches so that a step allocates nothing.
template <class D>
class BatchBuffer {
  public:
    using Stored = std::remove_cvref_t<decltype(*std::declval<const D&>().input(0).data())>;

    void reserve(std::size_t size) {
        inputs_.reserve(size);
        labels_.reserve(size);
        targets_.reserve(size);
    }

    /// The samples `sample(0) ... sample(size - 1)` of a data set.
    template <class Sample>
    Batch<Stored> gather(const D& data, int size, const Sample& sample) {
        inputs_.clear();
        labels_.clear();
        targets_.clear();
        for (int i = 0; i < size; ++i) {
            const std::size_t at = static_cast<std::size_t>(sample(i));
            inputs_.push_back(data.input(at).data());
            if constexpr (LabelledDataset<D>) labels_.push_back(data.label(at));
            else targets_.push_back(data.target(at).data());
        }
        Batch<Stored> batch;
        batch.inputs = inputs_.data();
        batch.scale = data.scale();
        batch.shift = data.shift();
        batch.labels = labels_.data();
        batch.targets = targets_.data();
        batch.size = size;
        return batch;
    }

  private:
    std::vector<const Stored*> inputs_;
    std::vector<std::int32_t> labels_;
    std::vector<const float*> targets_;
};

}  // namespace tenet
