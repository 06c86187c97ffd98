#pragma once

#include <oneapi/tbb/parallel_for.h>

#include <tenet/core/watched.hpp>

namespace tenet::testing {

/// A user's own oneTBB tasks, body(i) for i < count.
template <class Body>
void run_users_tasks(int count, const Body& body) {
    tenet::detail::run_watched([=](const auto& watched) { oneapi::tbb::parallel_for(0, count, watched); }, body);
}

}  // namespace tenet::testing
