#pragma once

#include <algorithm>
#include <chrono>

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/tile.hpp>

namespace benchmarks {

namespace detail {

struct MultiplyAdds {
    static constexpr int chains = 12;
    template <class T>
    static TENET_INLINE float run(int repetitions, float start) {
        using namespace tenet::cpu;
        Vector<T> sum[chains];
        TENET_UNROLL
        for (int i = 0; i < chains; ++i) sum[i] = Vector<T>{} + start * static_cast<float>(i);
        for (int n = 0; n < repetitions; ++n) {
            TENET_UNROLL
            for (int i = 0; i < chains; ++i) sum[i] = sum[i] * 0.999f + 0.001f;
        }
        for (int i = 1; i < chains; ++i) sum[0] += sum[i];
        return sum[0][0];
    }
};

}  // namespace detail

/// Floating-point operations per second of one core in a loop of nothing but independent multiply-adds, with the
/// instruction set that tenet takes: the best of a few runs of about a millisecond.
inline double measure_peak() {
    double best = 0;
    tenet::cpu::dispatch([&]<class Isa>() {
        volatile float start = 0.1f, keep = 0;
        for (int i = 0; i < 100; ++i) {
            constexpr int repetitions = 200'000;
            const auto begin = std::chrono::steady_clock::now();
            keep = tenet::cpu::call<Isa, detail::MultiplyAdds>(repetitions, float{start});
            const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
            best = std::max(best, 2. * detail::MultiplyAdds::chains * Isa::lanes * repetitions / time.count());
        }
        (void)keep;
    });
    return best;
}

}  // namespace benchmarks
