#pragma once

#include <cstdint>

#include <tenet/backend/cuda/error.cuh>

namespace TENET_NAMESPACE::cuda {

namespace detail {

TENET_LOCAL inline constexpr int threads = 256;

template <class F>
__global__ void __launch_bounds__(threads) for_each_kernel(std::int64_t n, F f) {
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (i < n) f(i);
}

/// One block for each part of each output's sum: thread t adds terms t, t + threads, ..., then halves add up. Always
/// in the same order.
template <class Term, class Store>
__global__ void __launch_bounds__(threads)
    sum_kernel(std::int64_t outputs, std::int64_t terms, std::int64_t parts, Term term, Store store) {
    __shared__ float totals[threads];
    const std::int64_t j = blockIdx.x % outputs, part = blockIdx.x / outputs;
    const std::int64_t end = terms * (part + 1) / parts;
    float total = 0.0f;
    for (std::int64_t t = terms * part / parts + threadIdx.x; t < end; t += threads) total += term(j, t);
    totals[threadIdx.x] = total;
    for (int half = threads / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) totals[threadIdx.x] += totals[threadIdx.x + half];
    }
    if (threadIdx.x == 0) store(part * outputs + j, totals[0]);
}

}  // namespace detail

/// f(i) for each i < n, a thread for each.
template <class F>
void launch_for_each(std::int64_t n, const F& f, cudaStream_t stream) {
    const auto blocks = static_cast<unsigned>((n + detail::threads - 1) / detail::threads);
    detail::for_each_kernel<<<blocks, detail::threads, 0, stream>>>(n, f);
    check(cudaGetLastError(), "launch a kernel");
}

template <class Term, class Store>
void launch_sum(std::int64_t outputs, std::int64_t terms, std::int64_t parts, const Term& term, const Store& store,
                cudaStream_t stream) {
    detail::sum_kernel<<<static_cast<unsigned>(outputs * parts), detail::threads, 0, stream>>>(outputs, terms, parts,
                                                                                               term, store);
    check(cudaGetLastError(), "launch a sum");
}

}  // namespace tenet::cuda
