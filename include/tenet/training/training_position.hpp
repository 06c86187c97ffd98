#pragma once

#include <cstdint>

#include <tenet/core/rng.hpp>

namespace TENET_NAMESPACE {

/// Where a training run stands: what a resumed run needs besides parameters and optimizer state.
struct TrainingPosition {
    std::int64_t step = 0;            ///< steps done
    std::int64_t epoch = 0;           ///< whole epochs done
    std::int64_t batch_in_epoch = 0;  ///< batches done of the epoch under way
    double loss_sum = 0.0;            ///< over the samples of the epoch under way
    std::int64_t correct = 0, samples = 0;
    std::int64_t batch_size = 0, data_size = 0;  ///< what this epoch goes through, or the last; 0: it is not known
    bool shuffled = true, drops_last = false;
    Seed seed{};

    /// Forgets how far the epoch under way has come.
    void restart_epoch() {
        batch_in_epoch = samples = correct = 0;
        loss_sum = 0.0;
    }

    bool operator==(const TrainingPosition&) const = default;
};

}  // namespace tenet
