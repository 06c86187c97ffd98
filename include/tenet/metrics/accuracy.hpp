#pragma once

#include <cstdint>

#include <tenet/metrics/argmax.hpp>

namespace TENET_NAMESPACE {

/// How many samples had their largest output at the label, of how many. Counts of parts of a data set add up.
struct Accuracy {
    std::int64_t correct = 0, count = 0;

    /// The fraction; 0 of no samples.
    constexpr double value() const { return count ? static_cast<double>(correct) / static_cast<double>(count) : 0.0; }

    /// Counts the first `samples` lanes of n outputs (one sample, if T = float).
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void add(const T* outputs, int n, integer_of<T> labels, int samples = lanes_of<T>) {
        const integer_of<T> predicted = argmax(outputs, n);
        for (int i = 0; i < samples; ++i)
            correct += detail::integer_lane(predicted, i) == detail::integer_lane(labels, i);
        count += samples;
    }

    constexpr Accuracy& operator+=(const Accuracy& other) {
        correct += other.correct;
        count += other.count;
        return *this;
    }

    bool operator==(const Accuracy&) const = default;
};

}  // namespace tenet
