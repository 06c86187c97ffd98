#pragma once

#include <cstdint>
#include <utility>

#include <tenet/backend/device/serial.hpp>
#include <tenet/backend/device/sum.hpp>

namespace TENET_NAMESPACE::device {

/// A thread of a kernel that runs a network by itself, all extents known where it is compiled: activations stay in
/// registers as long as their indices are constants, so that short loops disappear. Long ones remain, with activations
/// in the thread's local memory, before a layer takes more instructions than a multiprocessor caches.
struct Thread : Serial<> {
    TENET_WHERE_CALLED
    template <class F>
    TENET_HOST_DEVICE void for_each(std::int64_t n, const F& f) {
        if (TENET_ON_DEVICE && n <= most_rounds) {
            each(n, f, std::make_integer_sequence<int, most_rounds>{});
        } else {
            TENET_DEVICE_ROLL
            for (std::int64_t i = 0; i < n; ++i) f(i);
        }
    }

    TENET_WHERE_CALLED
    template <class Term, class Store>
    TENET_HOST_DEVICE void sum(std::int64_t outputs, std::int64_t terms, const Term& term, const Store& store) {
        const Unrolled<Term, Store> unrolled{terms, term, store};
        if (outputs * terms <= most_terms) {
            for_each(outputs, unrolled);
        } else {
            const detail::WholeSum<Term, Store> rolled{terms, detail::parts_of(outputs, terms), term, store};
            TENET_DEVICE_ROLL
            for (std::int64_t j = 0; j < outputs; ++j) terms <= 2 * most_rounds ? unrolled(j) : rolled(j);
        }
    }

  private:
    TENET_LOCAL static constexpr int most_rounds = 32, most_terms = 512;

    template <class Term, class Store>
    struct Unrolled {
        std::int64_t terms;
        const Term& term;
        const Store& store;

        TENET_HOST_DEVICE void operator()(std::int64_t j) const {
            store(j, detail::sum_of_terms<true>(term, j, 0, terms));
        }
    };

    /// nvcc unrolls no loop that has others in it.
    TENET_WHERE_CALLED
    template <class F, int... I>
    static TENET_HOST_DEVICE void each(std::int64_t n, const F& f, std::integer_sequence<int, I...>) {
        ((I < n ? f(I) : void()), ...);
    }
};

}  // namespace tenet::device
