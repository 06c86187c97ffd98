#pragma once

/// Everything for training and running networks on a CPU.

// clang-format off
#include <tenet/core/hide_macros.hpp>
// Whatever macros a user has, they have them again behind the last of these.
#include <tenet/backend/cpu/facts.hpp>
#include <tenet/core/bytes.hpp>
#include <tenet/core/precision.hpp>
#include <tenet/data/fashion_mnist.hpp>
#include <tenet/data/idx.hpp>
#include <tenet/data/split.hpp>
#include <tenet/data/synthetic.hpp>
#include <tenet/diagnostics/print_type.hpp>
#include <tenet/fwd.hpp>
#include <tenet/initializers/constant.hpp>
#include <tenet/initializers/kaiming.hpp>
#include <tenet/initializers/normal.hpp>
#include <tenet/initializers/orthogonal.hpp>
#include <tenet/initializers/sparse.hpp>
#include <tenet/initializers/truncated_normal.hpp>
#include <tenet/initializers/uniform.hpp>
#include <tenet/initializers/xavier.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/losses/output_losses.hpp>
#include <tenet/math/formula.hpp>
#include <tenet/math/formulas.hpp>
#include <tenet/metrics/accuracy.hpp>
#include <tenet/metrics/confusion_matrix.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/file.hpp>
#include <tenet/model/model.hpp>
#include <tenet/model/summary.hpp>
#include <tenet/models.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/adamw.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/checkpoint.hpp>
#include <tenet/training/plot.hpp>
#include <tenet/training/trainer.hpp>
#include <tenet/core/restore_macros.hpp>
// clang-format on
