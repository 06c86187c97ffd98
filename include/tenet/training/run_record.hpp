#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/core/number_text.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/core/type_list.hpp>
#include <tenet/diagnostics/type_name.hpp>
#include <tenet/io/problems.hpp>
#include <tenet/io/text.hpp>
#include <tenet/network/leaf_graph.hpp>
#include <tenet/training/trainer.hpp>
#include <tenet/training/type_identity.hpp>

// What a saved run says of the program that trained it, in words that do not depend on the compiler.
namespace TENET_NAMESPACE::detail {

/// Where the qualifier that ends before text's end begins: `user::`, `{anonymous}::`, `(anonymous namespace)::`, `A<B>::`.
inline std::size_t qualifier_begin(std::string_view text) {
    constexpr std::string_view closing = ">})", opening = "<{(";
    std::size_t at = text.size();
    if (at > 0 && closing.find(text[at - 1]) != std::string_view::npos) {
        const std::size_t kind = closing.find(text[at - 1]);
        for (int depth = 0; at > 0;) {
            --at;
            if (text[at] == closing[kind]) ++depth;
            if (text[at] == opening[kind] && --depth == 0) break;
        }
    }
    while (at > 0 && is_word(text[at - 1])) --at;
    return at;
}

/// A type's name without what compilers spell in different ways: no namespaces, numbers to six digits (clang prints no
/// more), and of a type with a lambda in it the template alone, since lambdas are named by places in a source.
TENET_COLD inline std::string canonical(std::string_view name) {
    for (const std::string_view lambda : {"<lambda", "(lambda", "'lambda"})
        if (name.find(lambda) != std::string_view::npos)
            return io::joined({name.substr(0, name.find('<')), "<a lambda>"});
    std::string text;
    for (std::size_t i = 0; i < name.size();) {
        const char c = name[i];
        if (c == ':' && name.substr(i).starts_with("::")) {
            text.resize(qualifier_begin(text));
            i += 2;
        } else if (c >= '0' && c <= '9' && (text.empty() || !is_word(text.back()))) {
            std::size_t end = i;
            while (end < name.size() && (is_word(name[end]) || name[end] == '.' ||
                                         ((name[end] == '-' || name[end] == '+') && name[end - 1] == 'e')))
                ++end;
            std::string_view digits = name.substr(i, end - i);
            while (digits.size() > 1 && std::string_view{"fFlLuU"}.find(digits.back()) != std::string_view::npos)
                digits.remove_suffix(1);
            double number = 0.0;
            if (digits.find_first_of(".e") != std::string_view::npos && tenet::read_number(digits, number)) {
                char rounded[32];
                text.append(rounded, std::to_chars(rounded, rounded + sizeof rounded, number,
                                                   std::chars_format::general, 6).ptr);
            } else {
                text += digits;
            }
            i = end;
        } else {
            text += c;
            ++i;
        }
    }
    return text;
}

/// The numbers of an optimizer or a loss, read or written: what its `hyper_parameters` gives them to.
struct HyperParameterReader {
    std::vector<std::string> names;
    std::vector<double> values;
    std::vector<bool> are_floats;

    template <class Number>
    void operator()(std::string_view name, const Number& number) {
        names.emplace_back(name);
        values.push_back(static_cast<double>(number));
        are_floats.push_back(std::is_same_v<Number, float>);
    }
};
struct HyperParameterWriter {
    const double* next;

    template <class Number>
    void operator()(std::string_view, Number& number) {
        number = static_cast<Number>(*next++);
    }
};

template <class T>
HyperParameterReader hyper_parameters_of(const T& of) {
    HyperParameterReader reader;
    if constexpr (requires { T::hyper_parameters(of, reader); }) T::hyper_parameters(of, reader);
    return reader;
}

TENET_COLD inline std::string number_text(double number, bool is_float) {
    std::string text;
    is_float ? append_number(text, static_cast<float>(number)) : append_number(text, number);
    return text;
}

/// `, label_smoothing 0.1`; of a program from before floats were written as such, `0.10000000149011612`.
TENET_COLD inline std::string numbers_text(const HyperParameterReader& numbers, bool all_doubles = false) {
    std::string text;
    for (std::size_t i = 0; i < numbers.names.size(); ++i)
        text += io::joined(
            {", ", numbers.names[i], " ", number_text(numbers.values[i], numbers.are_floats[i] && !all_doubles)});
    return text;
}

/// Reads the names of leaf layers.
struct LayerNames {
    std::vector<std::string> names;
    void operator()(const LayerPath& path) {
        std::string& name = names.emplace_back();
        path.spell([&](std::string_view part) { name += part; });
    }
};

/// A line for each leaf layer, behind one for the input: `0: Linear<7>`. Inputs are named where they are not the layer
/// before.
TENET_COLD inline std::string structure_text(const Shape& input, const LeafNode* nodes, Text (*const* types)(),
                                             const std::vector<std::string>& names,
                                             const std::vector<std::string_view>& linker_names,
                                             std::vector<std::string>& identities) {
    std::string text = "input: [";
    for (int axis = 0; axis < input.rank; ++axis) text += io::joined({axis ? ", " : "", input[axis]});
    text += ']';
    for (std::size_t i = 0; i < names.size(); ++i) {
        const LeafNode& node = nodes[i];
        text += io::joined({"\n", names[i], ": ", canonical(types[i]().view())});
        const std::size_t rest = text.size();
        const auto value = [&](int k) { return k == 0 ? std::string{"input"} : names[static_cast<std::size_t>(k - 1)]; };
        if (node.input_count > 1 || node.inputs[0] != static_cast<int>(i))
            for (int k = 0; k < node.input_count; ++k)
                text += io::joined({k == 0 ? " of " : ", ", value(node.inputs[k])});
        if (node.offset != 0) text += io::joined({" from ", node.offset});
        if (node.parameter_count > 0 && node.parameters_of != static_cast<int>(i))
            text += io::joined({" with the parameters of ", value(node.parameters_of + 1)});
        if (node.parameter_count > 0 && !node.trained) text += ", frozen";
        if (node.in_eval_mode) text += ", in eval mode";
        identities.push_back(identity_of(linker_names[i], std::string_view{text}.substr(rest)));
    }
    return text;
}

template <class Net, class... Leaf>
std::string structure_text(List<Leaf...>, std::vector<std::string>& identities) {
    Text (*const types[])() = {&type_name<Leaf>..., nullptr};
    LayerNames names;
    Net::prefixes(names);
    return structure_text(Net::input_shape, Net::graph.nodes, types, names.names, {linker_name<Leaf>()...}, identities);
}

/// All that changes a run, apart from its numbers and its position.
struct RunRecord {
    std::string network, loss, optimizer, backend;
    std::string loss_of_doubles;          // the loss as older files have it
    std::vector<std::string> identities;  // of the layers, the loss and the optimizer; older files have none
    std::vector<std::string> hyper_parameters;
    std::vector<bool> are_floats;
    std::vector<double> initial, now;  // for each parameter tensor, as training began and as it stands
    double learning_rate = 0.0;        // that schedules set, as it stands
    std::vector<double> rate_ratios;   // of each parameter tensor's to it; none: it is not known
};

template <class Net, class L, class R, class Backend>
RunRecord record_of(const Trainer<Net, L, R, Backend>& trainer) {
    RunRecord record;
    record.network = structure_text<Net>(typename Net::leaves{}, record.identities);
    const HyperParameterReader numbers = hyper_parameters_of(trainer.loss());
    record.loss = canonical(type_name<L>().view());
    record.loss_of_doubles = record.loss + numbers_text(numbers, true);
    record.loss += numbers_text(numbers);
    record.optimizer = canonical(type_name<R>().view());
    record.identities.push_back(identity_of(linker_name<L>(), numbers_text(numbers)));
    record.identities.push_back(identity_of(linker_name<R>(), {}));
    record.backend = canonical(type_name<Backend>().view());
    if (Net::parameter_tensor_count > 0) {
        record.hyper_parameters = hyper_parameters_of(trainer.initial_optimizer(0)).names;
        record.are_floats = hyper_parameters_of(trainer.initial_optimizer(0)).are_floats;
    }
    for (int i = 0; i < Net::parameter_tensor_count; ++i) {
        for (const double value : hyper_parameters_of(trainer.initial_optimizer(i)).values)
            record.initial.push_back(value);
        for (const double value : hyper_parameters_of(trainer.optimizer(i)).values) record.now.push_back(value);
    }
    record.learning_rate = trainer.learning_rate();
    record.rate_ratios = trainer.rate_ratios();
    return record;
}

/// How a run differs from the program that shall go on with it.
struct RunChanges {
    explicit RunChanges(bool are_accepted) : accepted(are_accepted) {}

    bool accepted;
    io::Problems problems;
    std::vector<std::string> notes;

    /// What makes it another run, unless that is wanted.
    void add(const std::string& difference) {
        if (accepted)
            note(difference + ", which holds");
        else
            problems.add(difference);
    }
    void note(std::string_view text) { notes.push_back(io::printable(text)); }
};

inline std::string difference(std::string_view what, std::string_view run, std::string_view program) {
    return io::joined({what, " is ", run, " in the run, ", program, " in the program"});
}

inline std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (true) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return lines;
        text.remove_prefix(end + 1);
    }
}

/// How one thing differs, by its text, and by its identity where both sides know it: compilers spell some types in
/// different ways, and some types have the same text. Empty if it does not.
TENET_COLD inline std::string difference_of(std::string_view what, std::string_view run, std::string_view program,
                                            const std::string* was, const std::string* is) {
    const bool known = was && is && *was != "-" && *is != "-";
    if (known ? *was == *is : run == program) return {};
    if (run != program) return difference(what, run, program);
    return io::joined({what, " is ", run, " in the run, and another of that name in the program"});
}

/// Layers are compared by what they compute; their names are those of the tensors.
TENET_COLD inline void compare_networks(const RunRecord& of_run, const RunRecord& of_program, RunChanges& changes) {
    const std::string_view run = of_run.network, program = of_program.network;
    const std::vector<std::string_view> was = lines_of(run), is = lines_of(program);
    const auto name = [](std::string_view line) { return line.substr(0, line.find(": ")); };
    const auto kind = [&](std::string_view line) { return line.substr(std::min(name(line).size() + 2, line.size())); };
    if (was.size() != is.size())
        changes.add(difference("the number of layers", io::joined({was.size() - 1}), io::joined({is.size() - 1})));
    // The loss and the optimizer follow the layers.
    const bool has_identities = of_run.identities.size() == was.size() + 1;
    for (std::size_t i = 0; i < std::min(was.size(), is.size()); ++i) {
        const bool known = has_identities && i > 0;
        const std::string found =
            difference_of(i == 0 ? "the input" : io::joined({"layer ", name(is[i])}), kind(was[i]), kind(is[i]),
                          known ? &of_run.identities[i - 1] : nullptr, known ? &of_program.identities[i - 1] : nullptr);
        if (!found.empty()) changes.add(found);
    }
}

/// Compares, and gives the hyper-parameters to go on with, for each tensor: the run's as they stand, since schedules may
/// have changed them. Those with which the program begins otherwise than the run did are the program's; a learning
/// rate may be chosen anew, and the others are differences.
TENET_COLD inline std::vector<double> compare_hyper_parameters(const RunRecord& run, const RunRecord& program,
                                                               RunChanges& changes) {
    const std::size_t count = program.hyper_parameters.size();
    std::vector<double> result = program.now;
    if (run.hyper_parameters != program.hyper_parameters || run.initial.size() != program.initial.size()) {
        changes.add("the optimizer's hyper-parameters are others in the run than in the program");
        return result;
    }
    for (std::size_t k = 0; k < count; ++k) {
        std::size_t differing = 0;
        std::string first;
        for (std::size_t at = k; at < result.size(); at += count) {
            if (run.initial[at] == program.initial[at]) {
                result[at] = run.now[at];
                continue;
            }
            const std::string text =
                difference(program.hyper_parameters[k], number_text(run.initial[at], program.are_floats[k]),
                           number_text(program.initial[at], program.are_floats[k]));
            if (differing++ == 0) first = text;
        }
        if (differing == 0) continue;
        if (differing * count < result.size())
            first += io::joined({" for ", differing, " of ", result.size() / count, " parameter tensors"});
        if (program.hyper_parameters[k] == "learning_rate")
            changes.note(first + ", which holds");
        else
            changes.add(first);
    }
    return result;
}

/// Gives the program the run's learning rate and ratios to go on with, if the run began with the program's rates and
/// its own go on. Where the run does not tell them, they follow from the rates as they stand and the program's groups.
TENET_COLD inline void take_rates(const RunRecord& run, const std::vector<double>& going_on, RunRecord& program) {
    const std::vector<std::string>& names = program.hyper_parameters;
    const std::size_t count = names.size(), rows = program.rate_ratios.size();
    const auto column =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), "learning_rate") - names.begin());
    if (column == count || run.optimizer != program.optimizer || run.hyper_parameters != names ||
        run.initial.size() != program.initial.size())
        return;
    for (std::size_t at = column; at < program.initial.size(); at += count)
        if (run.initial[at] != program.initial[at] || run.now[at] != going_on[at]) return;
    if (!run.rate_ratios.empty()) {
        program.learning_rate = run.learning_rate;
        program.rate_ratios = run.rate_ratios;
        return;
    }
    std::size_t from = rows;
    for (std::size_t row = 0; row < rows; ++row)
        if (program.rate_ratios[row] == 1.0 || (from == rows && program.rate_ratios[row] > 0.0)) from = row;
    if (from < rows) program.learning_rate = run.now[from * count + column] / program.rate_ratios[from];
}

TENET_COLD inline std::vector<double> compare(const RunRecord& run, const RunRecord& program, RunChanges& changes) {
    compare_networks(run, program, changes);
    const auto identity = [](const RunRecord& record, std::size_t from_end) {
        return record.identities.size() < 2 ? nullptr
                                            : &record.identities.end()[-static_cast<std::ptrdiff_t>(from_end)];
    };
    const bool same_loss = run.identities.empty() && run.loss == program.loss_of_doubles;
    const std::string loss = difference_of("the loss", run.loss, program.loss, identity(run, 2), identity(program, 2));
    if (!loss.empty() && !same_loss) changes.add(loss);
    if (run.identities.empty())
        changes.note(
            "the file knows layers, loss and optimizer by names without namespaces alone, as those of earlier "
            "versions: others of the same names would not be noticed");
    if (run.backend != program.backend)
        changes.note(difference("the backend", run.backend, program.backend) + ": it does not go on to the same bits");
    const std::string optimizer =
        difference_of("the optimizer", run.optimizer, program.optimizer, identity(run, 1), identity(program, 1));
    if (!optimizer.empty()) {
        changes.add(optimizer);
        return program.now;
    }
    return compare_hyper_parameters(run, program, changes);
}

}  // namespace tenet::detail
