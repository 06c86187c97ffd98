#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <tenet/core/batch.hpp>
#include <tenet/data/dataset.hpp>

namespace TENET_NAMESPACE {

/// Whether the samples of a data set have class labels rather than target tensors.
template <data::SampleSource D>
TENET_LOCAL inline constexpr bool has_labels = std::same_as<typename D::target_type, data::Label>;

/// Whether they have a class label for each pixel.
template <data::SampleSource D>
TENET_LOCAL inline constexpr bool has_label_maps = std::same_as<typename D::target_type, data::PixelLabel>;

/// The pointers and labels of one batch, kept between batches so that a step allocates nothing.
template <data::SampleSource D>
class BatchBuffer {
  public:
    using Stored = typename D::input_type;

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
            const std::int64_t at = sample(i);
            inputs_.push_back(data.input_data(at));
            if constexpr (has_labels<D>) labels_.push_back(*data.target_data(at));
            else if constexpr (has_label_maps<D>) {
                const data::PixelLabel* const map = data.target_data(at);
                labels_.insert(labels_.end(), map, map + Shape{data.target_shape()}.count());
            } else
                targets_.push_back(data.target_data(at));
        }
        Batch<Stored> batch;
        batch.inputs = inputs_.data();
        batch.scale = data.conversion().scale;
        batch.shift = data.conversion().shift;
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
