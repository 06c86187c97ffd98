#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/core/array_bound.hpp>
#include <tenet/core/type_list.hpp>
#include <tenet/network/lower.hpp>
#include <tenet/network/names.hpp>
#include <tenet/network/parameters.hpp>

namespace TENET_NAMESPACE::detail {

/// Two parameter tensors of one name: `second` stands behind `first`; both -1 if all names differ.
struct SameName {
    int first = -1, second = -1;
};

/// By a table of hashes, as comparing each with each would exceed what clang computes in a constant expression.
template <int P, std::size_t Characters>
constexpr SameName find_same_name(const NameTable<P, Characters>& names) {
    constexpr int places = 2 * P + 1;
    int taken_by[array_bound(places)]{};  // 1 + parameter
    for (int i = 0; i < P; ++i) {
        unsigned hash = 0;
        for (const char c : names[i]) hash = 31 * hash + static_cast<unsigned char>(c);
        unsigned slot = hash % places;
        for (; taken_by[slot] != 0; slot = (slot + 1) % places)
            if (names[taken_by[slot] - 1] == names[i]) return {taken_by[slot] - 1, i};
        taken_by[slot] = i + 1;
    }
    return {};
}

/// The positions of the network's own layers, counted from 0, in which its leaves stand.
template <int N>
struct OutermostPositions {
    int positions[array_bound(N)]{};
    int count = 0;

    constexpr void operator()(const LayerPath& path) {
        const LayerPath* outermost = &path;
        while (outermost->outer) outermost = outermost->outer;
        positions[count++] = outermost->position;
    }
};

/// The last word on a network: that of its layers. `MayMeet` says that they fit, but that names of parameters may be
/// alike.
template <class Checked, class Layers, bool MayMeet>
struct VerdictOnNames {
    TENET_LOCAL static constexpr const Diagnosis& diagnosis = Checked::built.why;
};

/// Neither a file nor `Model::parameter` could tell two parameters of one name apart.
template <class Checked, class... Layer>
struct VerdictOnNames<Checked, List<Layer...>, true> {
    using body = typename Checked::body;
    TENET_LOCAL static constexpr auto parameters =
        parameter_table<count_tensors(Checked::built.graph)>(Checked::built.graph, typename Checked::leaves{});

    template <class Sink>
    static constexpr void prefixes(Sink& sink) {
        body::prefixes(sink, nullptr);
    }

    TENET_LOCAL static constexpr Diagnosis diagnosis = [] {
        Diagnosis why;
        constexpr auto names = parameter_names<VerdictOnNames>();
        constexpr SameName same = find_same_name(names);
        if constexpr (same.second >= 0) {
            OutermostPositions<Checked::leaves::size> places;
            prefixes(places);
            const int first = places.positions[parameters[same.first].node];
            const int second = places.positions[parameters[same.second].node];
            const Text titles[]{Lower<Layer>::title()...};
            why << why::the_name;
            why.name(names[same.second]) << why::is_used_twice;
            if (first != second) why << why::first_by_layer << first + 1;
            why.lead_with(second + 1, titles[second].view());
        }
        return why;
    }();
};

}  // namespace tenet::detail
