#pragma once

/// Models on a GPU. From .cu files only, compiled by nvcc with --expt-relaxed-constexpr (CMake: link tenet::cuda).

#include <tenet/backend/cuda/fused_steps.cuh>
#include <tenet/backend/cuda/large_linear.cuh>
#include <tenet/backend/cuda/system.cuh>
#include <tenet/backend/device/serial.hpp>
#include <tenet/model/forward_in_thread.hpp>
#include <tenet/tenet.hpp>
#include <tenet/training/device_engine.hpp>

namespace TENET_NAMESPACE {

/// A GPU whose tensor cores multiply in `Precision` (core/precision.hpp): `Model<LeNet, Cuda>`, `Model<LeNet,
/// CudaWith<FP16>>`.
template <class Precision>
using CudaWith = OnDevice<cuda::System<Precision>>;
using Cuda = CudaWith<BF16>;

}  // namespace tenet
