#pragma once

/// Models on a GPU. From .cu files only, compiled by nvcc with --expt-relaxed-constexpr (CMake: link tenet::cuda).

#include <tenet/backend/cuda/system.cuh>
#include <tenet/backend/device/serial.hpp>
#include <tenet/backend/device/training.hpp>
#include <tenet/model/device_model.hpp>
#include <tenet/tenet.hpp>

namespace tenet {

/// A GPU whose tensor cores multiply in `Precision`: `Model<LeNet, Cuda>`.
template <class Precision>
using CudaWith = OnDevice<cuda::System<Precision>>;
using Cuda = CudaWith<BF16>;

}  // namespace tenet
