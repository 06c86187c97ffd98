#pragma once

#include <cstdint>
#include <type_traits>

#include <tenet/config.hpp>
#include <tenet/math/block_sum.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// Parts that a sum is taken in: enough to keep a device busy, of no fewer than 256 terms. A function of the extents
/// alone, so that the order of the additions is, too.
TENET_HOST_DEVICE constexpr std::int64_t parts_of(std::int64_t outputs, std::int64_t terms) {
    const std::int64_t wanted = 65536 / (outputs > 0 ? outputs : 1), most = terms / 256;
    const std::int64_t parts = wanted < most ? wanted : most;
    return parts > 1 ? parts : 1;
}

/// One part after the other, of a few.
struct PlainSum {
    float sum = 0.0f;

    TENET_HOST_DEVICE void add(float part) { sum += part; }
    TENET_HOST_DEVICE float total() const { return sum; }
};

/// The terms begin .. end - 1 of output j, first in runs of 32 and these in runs again: fewer digits are lost than by
/// adding one to another. `Unrolled` for two runs whose extents are known where it is compiled.
template <bool Unrolled = false, class Term>
TENET_HOST_DEVICE float sum_of_terms(const Term& term, std::int64_t j, std::int64_t begin, std::int64_t end) {
    constexpr std::int64_t run = 32;
    std::conditional_t<Unrolled, PlainSum, BlockSum<float>> total;
    TENET_DEVICE_UNROLL_BY(Unrolled ? 2 : 1)
    for (; begin < end; begin += run) {
        const std::int64_t stop = end - begin > run ? begin + run : end;
        float part = 0.0f;
        TENET_DEVICE_UNROLL_BY(Unrolled ? 32 : 4)
        for (std::int64_t t = begin; t < stop; ++t) part += term(j, t);
        total.add(part);
    }
    return total.total();
}

/// A whole sum, in as many parts as if each were another thread's.
template <class Term, class Store>
struct WholeSum {
    std::int64_t terms, parts;
    Term term;
    Store store;

    TENET_HOST_DEVICE void operator()(std::int64_t j) const {
        BlockSum<float> total;
        for (std::int64_t part = 0; part < parts; ++part)
            total.add(sum_of_terms(term, j, terms * part / parts, terms * (part + 1) / parts));
        store(j, total.total());
    }
};

template <class Term>
struct PartOfSum {
    std::int64_t outputs, terms, parts;
    Term term;
    float* partial;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const {
        const std::int64_t j = i % outputs, part = i / outputs;
        partial[i] = sum_of_terms(term, j, terms * part / parts, terms * (part + 1) / parts);
    }
};

template <class Store>
struct SumOfParts {
    std::int64_t outputs, parts;
    const float* partial;
    Store store;

    TENET_HOST_DEVICE void operator()(std::int64_t j) const {
        BlockSum<float> total;
        for (std::int64_t part = 0; part < parts; ++part) total.add(partial[part * outputs + j]);
        store(j, total.total());
    }
};

}  // namespace detail

/// store(j, sum over t < terms of term(j, t)) for every j < outputs, in the same order of additions at every run.
TENET_WHERE_CALLED
template <class System, class Term, class Store>
TENET_HOST_DEVICE void sum(System& system, std::int64_t outputs, std::int64_t terms, const Term& term,
                           const Store& store) {
    if constexpr (requires { system.sum(outputs, terms, term, store); }) {
        system.sum(outputs, terms, term, store);
    } else {
        const std::int64_t parts = detail::parts_of(outputs, terms);
        if (parts == 1 || System::sequential) {
            system.for_each(outputs, detail::WholeSum<Term, Store>{terms, parts, term, store});
        } else {
            float* const partial = system.scratch.take(outputs * parts);
            system.for_each(outputs * parts, detail::PartOfSum<Term>{outputs, terms, parts, term, partial});
            system.for_each(outputs, detail::SumOfParts<Store>{outputs, parts, partial, store});
        }
    }
}

}  // namespace tenet::device
