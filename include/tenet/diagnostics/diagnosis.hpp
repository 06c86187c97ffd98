#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/core/shape.hpp>
#include <tenet/diagnostics/type_name.hpp>

namespace TENET_NAMESPACE {

/// The phrases of a diagnosis. Where a compiler cannot print a text in an error, it prints these enumerators.
namespace why {
// clang-format off
enum Word : int {
    axes, normalises_the_last, axes_but_gets, channels, needs_more_than_one_position_but_gets, factor,
    output_size, needs_a_multiple_of, channels_but_gets, takes_either_ScaleFactor_or_OutputSize,
    takes_one_number_but_has,
    takes_one_input_but_gets, takes, inputs_but_gets, outputs_where_one_is_needed, node, reads, Outputs_names,
    but_no_input_or_node_has_that_name, nothing_reads, the_nodes, form_a_cycle, needs_one_Inputs_and_one_Outputs,
    is_neither_Inputs_nor_Node_nor_Outputs, has_no_inputs, has_no_outputs, has_no_nodes, has_no_layers, reads_nothing,
    takes_at_most_8_inputs, gives_at_most_8_outputs, stands_for, and_for, needs_a, but_shares_one_of,
    is_frozen_in_one_place_and_trained_in_another, is_in_eval_mode_in_one_place_and_not_in_another,
    number_of_copies, stands_only_at_the_end_of_a_Residual,
    kernel, window, does_not_fit, input, padded_by, needs_an_image_but_gets, needs_a_sequence_but_gets,
    needs_a_volume_but_gets, needs_a_vector_but_gets, groups_do_not_divide, input_channels_and, output_channels,
    option, is_not_an_option_of_this_layer, is_given_twice, is_missing, it_takes, must_be_positive,
    must_not_be_negative, but_is, padding, is_more_than_half_of, stride, dilation, must_be_smaller_than_the,
    must_not_exceed_the, takes_one_number_or, numbers_but_has, cannot_become, the_network_gives,
    the_network_has_no_layers, is_not_a_layer, the_name, is_used_twice, first_by_layer, must_lie_in_0_to_1,
    must_lie_between_0_and_1, must_be_finite, must_be_smaller_than_the_maximum,
    takes_1_or_as_many_slopes_as_channels, output_features, the_rank_of_the_input_must_lie_between_1_and_5,
    but_the_data_set_has_one_label_for_each_sample, but_the_data_set_has_labels_of_pixels, branch, gives, but_branch, can_not_be_added, can_not_be_multiplied,
    can_not_be_concatenated, needs_at_least_two_branches, takes_at_most_8_branches, takes_two_branches, output_padding,
    must_be_smaller_than_stride_or_dilation, leaves_nothing_of_the_output_for,
    a_network_starts_with_its_Input_but_this_one_with, stands_behind_a_layer_and_inputs_come_first,
    is_an_option_of_a_layer_and_not_a_layer, its_layers_go_into_a_Sequential, a_loss_is_given_to_the_Trainer,
    an_optimizer_is_given_to_the_Trainer, has_no_output_of_a_Shape, output, output_gives_no_Shape,
    the_shape_of, forward_cannot_be_called, backward_cannot_be_called, backward_cannot_be_called_with_scratch,
    backward_takes_scratch_but_backward_scratch_does_not_say_how_much, is_a_double_write, is_an_int_write, is_not_a_number,
    has_more_than_2147483647_numbers, see_text
};
TENET_LOCAL inline constexpr std::string_view spelling[]{
    "axes", "normalises the last", "axes, but gets", "channels", "needs more than one position, but gets",
    "factor", "output size", "needs a multiple of", "channels, but gets", "takes either ScaleFactor or OutputSize",
    "takes one number, but has",
    "takes one input, but gets", "takes", "inputs, but gets", "outputs where one is needed", "node", "reads",
    "Outputs names", ", but no input or node has that name", "nothing reads", "the nodes", "form a cycle",
    "needs one Inputs<...> and one Outputs<...>", "is neither Inputs nor Node nor Outputs", "has no inputs",
    "has no outputs", "has no nodes", "has no layers", "reads nothing", "takes at most 8 inputs", "gives at most 8 outputs",
    "stands for", "and for", "needs a", ", but shares one of", "is frozen in one place and trained in another",
    "is in eval mode in one place and not in another",
    "number of copies", "stands only at the end of a Residual",
    "kernel", "window", "does not fit", "input", "padded by", "needs an image [C,H,W], but gets",
    "needs a sequence [C,L], but gets", "needs a volume [C,D,H,W], but gets",
    "needs a flat input [N] (put Flatten before it), but gets", "groups do not divide", "input channels and",
    "output channels", "option", "is not an option of this layer", "is given twice", "is missing", "; it takes",
    "must be positive", "must not be negative", "but is", "padding", "is more than half of", "stride", "dilation",
    "must be smaller than the", "must not exceed the", "takes one number or", "numbers, but has", "cannot become",
    "the network gives", "the network has no layers", "is not a layer", "the name", "is used twice", ", first by layer",
    "must lie in [0,1)", "must lie in [0,1]",
    "must be finite", "must be smaller than the maximum", "takes 1 slope or as many as channels, not", "output features",
    "the rank of the input must lie between 1 and 5", "but the data set has one label for each sample",
    "but the data set has labels of pixels",
    "branch", "gives", ", but branch", "(they cannot be added)",
    "(they cannot be multiplied: the second must be alike or have one number for each channel)",
    "(they cannot be concatenated: all but the first extent must agree)", "needs at least two branches",
    "takes at most 8 branches", "takes two branches", "output padding", "must be smaller than the stride or the dilation",
    "leaves nothing of the output for",
    "a network starts with its Input<...>, but this one with", "stands behind a layer: inputs come first",
    "is an option: it goes into the <> of a layer", "; its layers go into a Sequential<...>",
    "; a loss is given to the Trainer", "; an optimizer is given to the Trainer",
    "; it has no public static constexpr Shape output(Shape), see layers/layer.hpp", "output",
    "output(Shape) gives no Shape", "the shape of",
    "forward cannot be called: write template <Shape In, class T> static void forward(const T* x, Weights w, T* y), "
    "see layers/layer.hpp",
    "backward cannot be called: write template <Shape In, class T> static void backward(const T* x, const T* y, "
    "const T* dy, Weights w, T* dx, Gradients g), see layers/layer.hpp",
    "backward cannot be called: write template <Shape In, class T> static void backward(const T* x, const T* y, "
    "const T* dy, Weights w, T* dx, Gradients g, T* scratch), see layers/layer.hpp",
    "backward takes scratch, but no static constexpr std::int64_t backward_scratch(Shape) says how much",
    "is a double: write",
    "is an int: write", "is not a number", "has more than 2147483647 numbers", ""
};
// clang-format on
}  // namespace why

/// A kernel or window as it is written in a message: 3x5.
struct Extents {
    int rank = 0;
    int extents[3]{};
};

/// Why a network is wrong: one sentence, kept both as text and as words with numbers, and the path to the layer that it
/// speaks of. An empty diagnosis means that nothing is wrong.
struct Diagnosis {
    TENET_LOCAL static constexpr int text_capacity = 320, token_capacity = 24, path_capacity = 6;

    char text[text_capacity]{};
    int length = 0;
    int tokens[token_capacity]{};
    bool token_is_word[token_capacity]{};
    int token_count = 0;
    int path[path_capacity]{};  // 1-based positions of the layers that lead to the culprit
    int depth = 0;

    constexpr bool empty() const { return length == 0; }
    /// The sentence as the text of a static_assert.
    constexpr const char* data() const { return text; }
    constexpr std::size_t size() const { return static_cast<std::size_t>(length); }
    constexpr std::string_view sentence() const { return {text, static_cast<std::size_t>(length)}; }

    constexpr Diagnosis& operator<<(why::Word word) {
        name(why::spelling[word]);
        token(word, true);
        return *this;
    }
    constexpr Diagnosis& operator<<(int number) {
        gap();
        put((Text{} << number).view());
        token(number, false);
        return *this;
    }
    constexpr Diagnosis& operator<<(long long number) {
        gap();
        put((Text{} << number).view());
        token(static_cast<int>(number), false);
        return *this;
    }
    constexpr Diagnosis& operator<<(Extents size) {
        gap();
        for (int axis = 0; axis < size.rank; ++axis) {
            if (axis > 0) put("x");
            put((Text{} << size.extents[axis]).view());
            token(size.extents[axis], false);
        }
        return *this;
    }
    constexpr Diagnosis& operator<<(const Shape& shape) {
        gap();
        put("[");
        for (int axis = 0; axis < shape.rank; ++axis) {
            if (axis > 0) put(",");
            put((Text{} << shape[axis]).view());
            token(shape[axis], false);
        }
        put("]");
        return *this;
    }
    /// Free text, for a user's own layer; compilers that print words show `see_text` in its place.
    constexpr Diagnosis& operator<<(std::string_view words) {
        gap();
        put(words);
        token(why::see_text, true);
        return *this;
    }
    /// A word and a number for compilers that print no text; the text says it by name.
    constexpr Diagnosis& mark(why::Word word, int number) {
        token(word, true);
        token(number, false);
        return *this;
    }
    /// A name inside the sentence, without a word of its own.
    constexpr Diagnosis& name(std::string_view words) {
        if (words.empty() || (words[0] != ';' && words[0] != ',')) gap();
        put(words);
        return *this;
    }
    /// "node sum": by name, or, for compilers that print no text, by its position.
    constexpr Diagnosis& named(why::Word word, std::string_view own_name, int position) {
        mark(word, position);
        return name(why::spelling[word]).name(own_name);
    }

    /// Puts "layer 3, Conv2d<...>: " before the sentence, or "layer 2, Residual > " before a longer path; for a node of
    /// a graph "node sum, Add: ".
    constexpr void lead_with(int position, std::string_view layer, std::string_view node_name = {}) {
        const Diagnosis inner = *this;
        for (char& c : text) c = '\0';
        length = 0;
        if (node_name.empty()) {
            put((Text{} << "layer " << position << ", ").view());
        } else {
            put("node ");
            put(node_name);
            put(", ");
        }
        put(layer);
        put(inner.depth > 0 ? " > " : ": ");
        put(inner.sentence());
        for (int i = inner.depth; i > 0; --i)
            if (i < path_capacity) path[i] = inner.path[i - 1];
        path[0] = position;
        if (depth < path_capacity) ++depth;
    }

  private:
    constexpr void put(std::string_view words) {
        for (const char c : words)
            if (length < text_capacity - 1) text[length++] = c;
    }
    constexpr void gap() {
        if (length > 0 && text[length - 1] != ' ') put(" ");
    }
    constexpr void token(int value, bool is_word) {
        if (token_count == token_capacity) return;
        tokens[token_count] = value;
        token_is_word[token_count++] = is_word;
    }
};

/// What a shape rule gives: the output shape, or a diagnosis.
struct Inferred {
    Shape output;
    Diagnosis why;

    constexpr bool ok() const { return why.empty(); }
};

}  // namespace tenet
