#pragma once

/// Running networks on a CPU, and nothing of training, files and data: what a program or a library takes that is given
/// trained numbers, compiled with -fno-exceptions and -fno-rtti if it likes.
/// ```
/// Model<Net> model;
/// std::copy(numbers.begin(), numbers.end(), model.parameter("0.weight").begin());   // and so on, by name
/// Workspace<Net> workspace;
/// model.forward(inputs, outputs, workspace);
/// ```
/// Where there are no exceptions, a call that would throw writes its message to stderr and aborts.

// clang-format off
#include <tenet/core/hide_macros.hpp>
// Whatever macros a user has, they have them again behind the last of these.
#include <tenet/backend/cpu/facts.hpp>
#include <tenet/core/bytes.hpp>
#include <tenet/fwd.hpp>
#include <tenet/math/formula.hpp>
#include <tenet/math/formulas.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/model.hpp>
#include <tenet/models.hpp>
#include <tenet/network.hpp>
#include <tenet/core/restore_macros.hpp>
// clang-format on
