#pragma once

#include <cstdint>

#include <tenet/core/array_bound.hpp>
#include <tenet/metrics/argmax.hpp>

namespace TENET_NAMESPACE {

/// How often samples of each class were taken for each class. Counts of parts of a data set add up.
template <int Classes>
struct ConfusionMatrix {
    std::int64_t counts[array_bound(Classes)][array_bound(Classes)]{};  ///< [label][predicted]

    /// Requires 0 <= label, predicted < Classes.
    constexpr void add(std::int32_t label, std::int32_t predicted) { ++counts[label][predicted]; }

    /// Counts the first `samples` lanes of `Classes` outputs (one sample, if T = float).
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void add(const T* outputs, integer_of<T> labels, int samples = lanes_of<T>) {
        const integer_of<T> predicted = argmax(outputs, Classes);
        for (int i = 0; i < samples; ++i) add(detail::integer_lane(labels, i), detail::integer_lane(predicted, i));
    }

    constexpr ConfusionMatrix& operator+=(const ConfusionMatrix& other) {
        for (int label = 0; label < Classes; ++label)
            for (int predicted = 0; predicted < Classes; ++predicted)
                counts[label][predicted] += other.counts[label][predicted];
        return *this;
    }

    constexpr std::int64_t count() const {
        std::int64_t sum = 0;
        for (int c = 0; c < Classes; ++c) sum += labelled(c);
        return sum;
    }
    /// The fraction of samples on the diagonal; 0 of no samples.
    constexpr double accuracy() const {
        std::int64_t correct = 0;
        for (int c = 0; c < Classes; ++c) correct += counts[c][c];
        return fraction(correct, count());
    }
    /// Of the samples of class c, the fraction that was found; 0 of no samples.
    constexpr double recall(int c) const { return fraction(counts[c][c], labelled(c)); }
    /// Of the samples that were taken for class c, the fraction that is of it; 0 of no samples.
    constexpr double precision(int c) const {
        std::int64_t taken = 0;
        for (int label = 0; label < Classes; ++label) taken += counts[label][c];
        return fraction(counts[c][c], taken);
    }

    bool operator==(const ConfusionMatrix&) const = default;

  private:
    constexpr std::int64_t labelled(int c) const {
        std::int64_t sum = 0;
        for (int predicted = 0; predicted < Classes; ++predicted) sum += counts[c][predicted];
        return sum;
    }
    static constexpr double fraction(std::int64_t part, std::int64_t whole) {
        return whole ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    }
};

}  // namespace tenet
