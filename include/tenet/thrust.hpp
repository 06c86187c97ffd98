#pragma once

/// The portable executor: models on whatever Thrust runs on, oneTBB or plain C++ here.
///
///     using Portable = tenet::OnDevice<tenet::thrust_backend::System<tenet::thrust_backend::Tbb>>;
///     tenet::Model<LeNet, Portable> model{tenet::Seed{42}};

#include <tenet/backend/device/serial.hpp>
#include <tenet/backend/thrust/cpp.hpp>
#include <tenet/backend/thrust/tbb.hpp>
#include <tenet/tenet.hpp>
#include <tenet/training/device_engine.hpp>
