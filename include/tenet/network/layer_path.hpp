#pragma once

#include <string_view>

#include <tenet/diagnostics/type_name.hpp>

namespace TENET_NAMESPACE {

/// Where a layer stands in its network: its own name or position, and the path of what it stands in. It lives as long
/// as the walk over the layers is inside, and so sets no bound to how long or deep a name is.
struct LayerPath {
    const LayerPath* outer = nullptr;
    std::string_view name;  // empty: the position stands for it
    int position = 0;

    /// Calls `put(part)` with the parts of the `state_dict` prefix: "head", ".", "0".
    template <class Put>
    constexpr void spell(Put&& put) const {
        if (outer) {
            outer->spell(put);
            put(std::string_view{"."});
        }
        put(name.empty() ? (Text{} << position).view() : name);
    }
};

}  // namespace tenet
