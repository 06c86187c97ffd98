#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>

#include <tenet/io/text.hpp>
#include <tenet/training/training_position.hpp>

namespace TENET_NAMESPACE::detail {

/// How a fit goes through its data set in every epoch.
struct EpochPlan {
    std::int64_t data_size;
    int wanted_batch;  // as the options have it
    bool shuffled, drops_last;
    std::int64_t size = 0, batches = 0;  // of an epoch
    int batch_size = 0;                  // what no batch can fill is not made room for

    /// Throws std::invalid_argument if no epoch can be made of that.
    TENET_COLD EpochPlan(std::int64_t samples, int wanted, bool shuffle, bool drop_last)
        : data_size(samples), wanted_batch(wanted), shuffled(shuffle), drops_last(drop_last) {
        if (wanted_batch < 1)
            throw std::invalid_argument(io::joined({"fit: batch_size must be positive, but is ", wanted_batch}));
        const std::int64_t left_over = data_size % wanted_batch;
        size = data_size - (drops_last ? left_over : 0);
        if (size == 0)
            throw std::invalid_argument(io::joined({"fit: with drop_last, batch_size must not exceed the ", left_over,
                                                    " samples, but is ", wanted_batch}));
        batch_size = static_cast<int>(std::min<std::int64_t>(wanted_batch, size));
        batches = (size + batch_size - 1) / batch_size;
    }

    std::int64_t first_sample(std::int64_t batch) const { return batch * batch_size; }
    std::int64_t samples_from(std::int64_t batch) const {
        return std::max<std::int64_t>(size - first_sample(batch), 0);
    }
    int last_batch_size() const { return static_cast<int>(size - first_sample(batches - 1)); }

    /// In the middle of an epoch, batches of another size would skip samples or meet them twice.
    TENET_COLD void check_epoch_under_way(const TrainingPosition& p) const {
        if (p.batch_in_epoch == 0) return;
        const auto fail = [&](std::initializer_list<io::TextPiece> difference) {
            throw std::invalid_argument(
                io::joined({"fit: the epoch under way has done ", p.batch_in_epoch, " batches", io::joined(difference),
                            "; finish it as it was begun, or call restart_epoch() first"}));
        };
        if (p.batch_size != 0 && p.batch_size != wanted_batch)
            fail({" of ", p.batch_size, " samples, but batch_size is ", wanted_batch});
        if (p.batch_size != 0 && p.data_size != data_size)
            fail({" of a data set of ", p.data_size, " samples, but this one has ", data_size});
        if (p.batch_size != 0 && p.shuffled != shuffled)
            fail({p.shuffled ? " of shuffled samples, but shuffle is false"
                             : " of samples in their order, but shuffle is true"});
        if (p.batch_size != 0 && p.drops_last != drops_last)
            fail({p.drops_last ? " without what fills no batch, but drop_last is false"
                               : " with what fills no batch, but drop_last is true"});
        if (p.batch_in_epoch < 0 || p.batch_in_epoch > batches)
            fail({", but ", data_size, " samples are ", batches, " batches"});
    }

    /// The order of the samples is that of so many, and would lead to none where there are fewer.
    void check_size(std::int64_t now) const {
        if (now != data_size) refuse_size(now);
    }

    /// Notes in a position what its epoch goes through.
    void describe(TrainingPosition& p) const {
        p.batch_size = wanted_batch;
        p.data_size = data_size;
        p.shuffled = shuffled;
        p.drops_last = drops_last;
    }

  private:
    [[noreturn]] TENET_COLD void refuse_size(std::int64_t now) const {
        throw std::invalid_argument(io::joined(
            {"fit: the data set had ", data_size, " samples when fit began, but has ", now, " in the middle of it"}));
    }
};

}  // namespace tenet::detail
