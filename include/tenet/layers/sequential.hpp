#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Layers one after the other, as one layer; its parameters are named "<position>.<position inside>.weight".
template <class... Layer>
struct Sequential {};

}  // namespace tenet
