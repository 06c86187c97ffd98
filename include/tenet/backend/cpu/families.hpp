#pragma once

/// All families of operations that the CPU runs.
#include <tenet/backend/cpu/batch_norm.hpp>
#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/convolution_transpose.hpp>
#include <tenet/backend/cpu/depthwise_convolution.hpp>
#include <tenet/backend/cpu/join.hpp>
#include <tenet/backend/cpu/linear.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/backend/cpu/random_mask.hpp>
#include <tenet/backend/cpu/sample_function.hpp>
#include <tenet/backend/cpu/window.hpp>
