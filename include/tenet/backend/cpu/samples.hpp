#pragma once

#include <cstdint>

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/core/batch.hpp>

namespace TENET_NAMESPACE::cpu {

/// A batch's inputs or targets without their element type and layout: numbers are stored * scale + shift.
struct Samples {
    const void* rows = nullptr;
    float scale = 1.0f, shift = 0.0f;
    /// Puts `count` samples from number `first` on, of n numbers each, into lanes.
    void (*read)(const Samples& samples, std::int64_t first, int count, int n, float* x) = nullptr;
};

namespace detail {

template <class Isa, class Stored>
void read_rows(const Samples& s, std::int64_t first, int count, int n, float* x) {
    call<Isa, ReadSamples>(n, count, static_cast<const Stored* const*>(s.rows) + first, s.scale, s.shift,
                           reinterpret_cast<Value<Isa>*>(x));
}

template <class Isa>
void read_strided(const Samples& s, std::int64_t first, int count, int n, float* x) {
    const StridedRows<const float> rows{static_cast<const float*>(s.rows) + first * n, n};
    call<Isa, ReadSamples>(n, count, rows, s.scale, s.shift, reinterpret_cast<Value<Isa>*>(x));
}

template <class Isa>
void write_strided(int n, int count, const float* x, StridedRows<float> rows) {
    call<Isa, WriteSamples>(n, count, reinterpret_cast<const Value<Isa>*>(x), rows);
}

}  // namespace detail

/// An array of pointers, one for each sample.
template <class Isa, class Stored>
Samples samples_at(const Stored* const* rows, float scale = 1.0f, float shift = 0.0f) {
    return {rows, scale, shift, detail::read_rows<Isa, Stored>};
}

/// One sample after the other.
template <class Isa>
Samples samples_at(const float* first) {
    return {first, 1.0f, 0.0f, detail::read_strided<Isa>};
}

/// Lanes into samples one after the other: rows[l][i] = x[i] lane l for l < count, i < n.
using WriteSamplesCode = void (*)(int n, int count, const float* x, StridedRows<float> rows);

/// A batch without its element type.
struct AnyBatch {
    Samples inputs, targets;
    const std::int32_t* labels = nullptr;
    int size = 0;
    Seed seed{};
    std::uint64_t step = 0;
};

/// `Targets`: whether the loss compares with target tensors.
template <class Isa, bool Targets, class Stored>
AnyBatch any_batch(const Batch<Stored>& batch) {
    AnyBatch any;
    any.inputs = samples_at<Isa>(batch.inputs, batch.scale, batch.shift);
    if constexpr (Targets) any.targets = samples_at<Isa>(batch.targets);
    any.labels = batch.labels;
    any.size = batch.size;
    any.seed = batch.seed;
    any.step = batch.step;
    return any;
}

}  // namespace tenet::cpu
