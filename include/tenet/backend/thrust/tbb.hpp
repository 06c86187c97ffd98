#pragma once

#include <thrust/system/tbb/execution_policy.h>

#include <tenet/backend/thrust/system.hpp>

namespace TENET_NAMESPACE::thrust_backend {

/// All cores, by oneTBB.
struct Tbb {
    static const ::thrust::system::tbb::detail::par_t& get() { return ::thrust::tbb::par; }
};

}  // namespace tenet::thrust_backend
