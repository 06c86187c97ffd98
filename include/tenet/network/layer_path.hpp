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
    bool nameless = false;  // neither of them is in the names of what stands inside

    /// Calls `put(part)` with the parts of the `state_dict` prefix, "head", ".", "0", and tells whether there are any.
    template <class Put>
    constexpr bool spell(Put&& put) const {
        const bool follows = outer && outer->spell(put);
        if (nameless) return follows;
        if (follows) put(std::string_view{"."});
        put(name.empty() ? (Text{} << position).view() : name);
        return true;
    }
};

namespace detail {

/// Whether parameters behind two neighbours' names may have one name: they are alike, or one goes on behind a dot where
/// the other ends, as "a.0" does behind "a". Else no parameters below them can.
constexpr bool names_meet(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) return names_meet(b, a);
    return (a.size() == b.size() || b[a.size()] == '.') && b.substr(0, a.size()) == a;
}

}  // namespace detail

}  // namespace tenet
