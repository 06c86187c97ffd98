#pragma once

/// As tenet/cuda.hpp, with cuDNN's convolutions in the place of tenet's own where it has them (CMake: link tenet::cudnn).
/// All files of a program include the one or the other.

#include <tenet/backend/cuda/cudnn_convolution.cuh>
#include <tenet/cuda.hpp>
