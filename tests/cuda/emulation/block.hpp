#pragma once

#include "kernel.hpp"

namespace emulation {

/// Runs a block of a grid to its end: its threads one after the other, each until it has to wait. The last first, if
/// the environment has TENET_EMULATION_BACKWARDS: what depends on an order that no barrier makes comes out differently
/// then.
void run_block(Kernel& kernel, const Extents& grid, const Extents& block, std::uint32_t dynamic_shared,
               unsigned char* parameters, const Extents& at);
bool backwards();

/// Whether a GPU's memory, or a variable of the program, has these bytes (runtime.cpp).
bool in_device_memory(std::uint64_t at, std::uint64_t bytes);

}  // namespace emulation
