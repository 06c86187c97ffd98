#pragma once

/// Networks as types, their facts and their errors, without any code that runs them.

#include <tenet/diagnostics/network_error.hpp>
#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/convolution_transpose.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/group_norm.hpp>
#include <tenet/layers/instance_norm.hpp>
#include <tenet/layers/layer_norm.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/local_response_norm.hpp>
#include <tenet/layers/named.hpp>
#include <tenet/layers/pad.hpp>
#include <tenet/layers/pixel_shuffle.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/layers/prelu.hpp>
#include <tenet/layers/reshape.hpp>
#include <tenet/layers/rms_norm.hpp>
#include <tenet/layers/sequential.hpp>
#include <tenet/layers/shared.hpp>
#include <tenet/layers/softmax.hpp>
#include <tenet/layers/upsample.hpp>
#include <tenet/network/add.hpp>
#include <tenet/network/checkpoint.hpp>
#include <tenet/network/concat.hpp>
#include <tenet/network/graph.hpp>
#include <tenet/network/multiply.hpp>
#include <tenet/network/network.hpp>
#include <tenet/network/repeat.hpp>
#include <tenet/network/residual.hpp>
