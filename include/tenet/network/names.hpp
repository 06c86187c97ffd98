#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/core/array_bound.hpp>
#include <tenet/network/layer_path.hpp>
#include <tenet/network/parameters.hpp>

namespace TENET_NAMESPACE::detail {

/// The name of every parameter tensor, one behind the other in one text.
template <int P, std::size_t Characters>
struct NameTable {
    char characters[Characters > 0 ? Characters : 1]{};
    std::size_t ends[array_bound(P + 1)]{};

    constexpr std::string_view operator[](int i) const { return {characters + ends[i], ends[i + 1] - ends[i]}; }
    /// The index of this name, or -1.
    constexpr int find(std::string_view name) const {
        for (int i = 0; i < P; ++i)
            if ((*this)[i] == name) return i;
        return -1;
    }
};

/// Takes the place of each leaf layer in order, and puts the names of its parameters together.
template <int P, class Put>
struct NameSink {
    const ParameterTable<P>& table;
    Put put;  // put(parameter, a part of its name)
    int node = 0, parameter = 0;

    constexpr void operator()(const LayerPath& path) {
        for (; parameter < table.count && table[parameter].node == node; ++parameter) {
            if (path.spell([this](std::string_view part) { put(parameter, part); })) put(parameter, ".");
            put(parameter, table[parameter].spec.name);
        }
        ++node;
    }
};
template <int P, class Put>
NameSink(const ParameterTable<P>&, Put) -> NameSink<P, Put>;

/// The names of Net's parameters.
template <class Net>
constexpr auto parameter_names() {
    constexpr const auto& table = Net::parameters;
    constexpr std::size_t characters = [] {
        std::size_t count = 0;
        NameSink sink{table, [&](int, std::string_view part) { count += part.size(); }};
        Net::prefixes(sink);
        return count;
    }();
    NameTable<table.capacity, characters> names;
    std::size_t end = 0;
    NameSink sink{table, [&](int parameter, std::string_view part) {
                      for (const char c : part) names.characters[end++] = c;
                      names.ends[parameter + 1] = end;
                  }};
    Net::prefixes(sink);
    return names;
}

}  // namespace tenet::detail
