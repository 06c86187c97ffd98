#pragma once

#include <thrust/system/cpp/execution_policy.h>

#include <tenet/backend/thrust/system.hpp>

namespace TENET_NAMESPACE::thrust_backend {

/// Plain C++, one thread.
struct Cpp {
    static const ::thrust::system::cpp::detail::par_t& get() { return ::thrust::cpp::par; }
};

}  // namespace tenet::thrust_backend
