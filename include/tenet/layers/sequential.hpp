#pragma once

namespace tenet {

/// Layers one after the other, as one layer; its parameters are named "<position>.<position inside>.weight".
template <class... Layer>
struct Sequential {};

}  // namespace tenet
