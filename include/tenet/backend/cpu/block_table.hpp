#pragma once

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/tile.hpp>

/// Kernels in two parts. A driver (borders, tables, which block next) is an ordinary function that knows the lanes at
/// run time and is compiled once. Only register blocks, its inner loops, are compiled for each instruction set; a
/// driver reaches those of the instruction set in use through a table of pointers. The call costs a few of a block's
/// hundreds of cycles; drivers for each instruction set took two thirds of a kernel's compile time.
namespace TENET_NAMESPACE::cpu {

namespace detail {
template <class Isa, class Block, class Function>
struct BlockEntry;
template <class Isa, class Block, class Result, class... Arguments>
struct BlockEntry<Isa, Block, Result(Arguments...)> {
    static constexpr Result (*value)(Arguments...) = &Entry<Isa>::template run<Block, Value<Isa>, Arguments...>;
};
}  // namespace detail

/// `Block::run<Value<Isa>>` as a function of its own, compiled for `Isa`.
template <class Isa, class Block, class Function>
TENET_LOCAL inline constexpr Function* block_entry = detail::BlockEntry<Isa, Block, Function>::value;

/// Register blocks that differ in their number of rows only: `whole`, `half` and 1.
template <class Function>
struct SizedBlocks {
    int whole, half;
    Function *whole_block, *half_block, *one_block;

    Function* operator[](int size) const { return size == whole ? whole_block : size == half ? half_block : one_block; }

    /// The size of the widest block that fits into `rest` rows.
    int fitting(int rest) const { return rest >= whole ? whole : rest >= half ? half : 1; }

    /// The next block once the first `done` of `count` rows are computed. The last block is moved back to end at the
    /// last row (it overlaps the one before), because computing a row twice costs less than a narrow block.
    BlockRange next(int done, int count) const {
        const int rest = count - done;
        int size = 1;
        if (rest > half && count >= whole)
            size = whole;
        else if (count >= half)
            size = half;
        return {done + size <= count ? done : count - size, size};
    }
};

/// Where other instruction sets can be chosen, the baseline is what runs on machines from before 2013: there, fewer
/// blocks do.
template <class Isa>
TENET_LOCAL inline constexpr bool runs_seldom = TENET_DISPATCH && Isa::lanes == Baseline::lanes;

/// `Block<Rows>` in the three sizes, or in two.
template <class Isa, template <int> class Block, int Whole, class Function>
constexpr SizedBlocks<Function> sized_blocks() {
    constexpr int half = runs_seldom<Isa> ? 1 : Whole / 2;
    return {Whole, half, block_entry<Isa, Block<Whole>, Function>, block_entry<Isa, Block<half>, Function>,
            block_entry<Isa, Block<1>, Function>};
}

}  // namespace tenet::cpu
