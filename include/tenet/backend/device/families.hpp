#pragma once

/// All families that devices run.
#include <tenet/backend/device/batch_norm.hpp>
#include <tenet/backend/device/convolution.hpp>
#include <tenet/backend/device/convolution_transpose.hpp>
#include <tenet/backend/device/join.hpp>
#include <tenet/backend/device/linear.hpp>
#include <tenet/backend/device/map.hpp>
#include <tenet/backend/device/random_mask.hpp>
#include <tenet/backend/device/sample_function.hpp>
#include <tenet/backend/device/window.hpp>
