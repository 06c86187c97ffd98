#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include <tenet/backend/device/memory.hpp>
#include <tenet/backend/device/pass.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::device {

/// The memory in which a program works, one allocation for batches up to a size.
template <class System, class Storage>
class Workplace {
  public:
    /// Makes room for so many samples, and for `scratch` floats; says whether there was none, and what was there is gone.
    /// Fewer samples may take more scratch: long sums have more parts where they are few. std::invalid_argument if a tensor
    /// of so many samples has 2^31 numbers or more, which is what products can tell apart.
    bool reserve(System& system, const Executable& program, std::int64_t samples, std::int64_t scratch) {
        if (samples <= samples_ && scratch <= scratch_) return false;
        constexpr std::int64_t most = std::int64_t{1} << 31;
        if (program.largest > 0 && samples > (most - 1) / program.largest)
            throw std::invalid_argument(
                io::joined({"a batch of ", samples, " samples has ", program.largest, " numbers of each in one tensor, expected ",
                            (most - 1) / program.largest, " samples at most"}));
        samples_ = samples = std::max(samples, samples_);
        scratch_ = scratch = std::max(scratch, scratch_);
        Layout layout;
        const std::size_t values = layout.add<Storage>(program.block_size * samples);
        const std::size_t kept = layout.add<float>(program.kept_size);
        const std::size_t scratch_at = layout.add<float>(scratch);
        const std::size_t index = layout.add<std::int64_t>(samples);
        memory_ = {};
        memory_ = Memory<System>(system, layout.size());
        std::byte* const at = memory_.data();
        block_ = {reinterpret_cast<Storage*>(at + values), reinterpret_cast<float*>(at + kept),
                  reinterpret_cast<float*>(at + scratch_at)};
        index_ = reinterpret_cast<std::int64_t*>(at + index);
        return true;
    }

    const Block<Storage>& block() const { return block_; }
    /// Which samples of a data set are those of the batch.
    std::int64_t* index() const { return index_; }

  private:
    Memory<System> memory_;
    Block<Storage> block_;
    std::int64_t* index_ = nullptr;
    std::int64_t samples_ = 0, scratch_ = 0;
};

}  // namespace tenet::device
