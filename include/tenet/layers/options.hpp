#pragma once

#include <iterator>

#include <tenet/diagnostics/diagnosis.hpp>
#include <tenet/layers/float_arguments.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE {

/// Extents of a convolution's kernel: `Kernel<3>` is 3 along every axis, `Kernel<3, 5>` 3 high and 5 wide.
template <int... Extent>
struct Kernel {};
/// Step between neighbouring windows, default 1 (pooling: the window itself).
template <int... Extent>
struct Stride {};
/// Zeros (or what PaddingMode says) put before and after each axis, default 0.
template <int... Extent>
struct Padding {};
/// Positions more at the end of each axis of a transposed convolution's output, default 0: a stride's remainder.
template <int... Extent>
struct OutputPadding {};
/// Distance between the taps of a kernel, default 1.
template <int... Extent>
struct Dilation {};
/// Input and output channels are split into this many independent convolutions, default 1.
template <int Count>
struct Groups {};
/// No additive bias.
struct NoBias {};
/// A convolution is summed directly, however many products Winograd's transforms of 3 x 3 kernels would save. These
/// take differences of neighbouring pixels: of an infinite one, and of one beyond 8.5e37, they make NaN in all of its
/// tile.
struct Direct {};
/// The output size is rounded up, so that a last window may hang over the edge (PyTorch's ceil_mode).
struct CeilMode {};

/// What a normalisation adds to the variance, so that it divides by no 0.
template <auto Value>
struct Eps {};
/// How much of a running average each batch replaces (PyTorch's momentum of a batch normalisation).
template <auto Value>
struct Momentum {};
/// A normalisation trains a weight and a bias; `NoAffine` takes them from one that has them by default.
struct Affine {};
struct NoAffine {};

/// How many times as large an Upsample makes each axis.
template <int... Factor>
struct ScaleFactor {};
/// The extents that an Upsample gives.
template <int... Extent>
struct OutputSize {};
/// An Upsample draws lines between the pixels of an image instead of taking the nearest one.
struct Bilinear {};

/// What lies beyond the edge: zeros (the default), the mirrored input without its edge (reflect), the repeated edge
/// (replicate) or the opposite side (circular).
template <operations::PaddingMode Kind>
struct PaddingMode {};
TENET_LOCAL inline constexpr auto zeros = operations::PaddingMode::zeros;
TENET_LOCAL inline constexpr auto reflect = operations::PaddingMode::reflect;
TENET_LOCAL inline constexpr auto replicate = operations::PaddingMode::replicate;
TENET_LOCAL inline constexpr auto circular = operations::PaddingMode::circular;

namespace detail {

enum OptionKind : unsigned {
    unknown_option = 0,
    kernel_option = 1,
    stride_option = 2,
    padding_option = 4,
    dilation_option = 8,
    groups_option = 16,
    no_bias_option = 32,
    ceil_mode_option = 64,
    padding_mode_option = 128,
    eps_option = 256,
    affine_option = 512,
    no_affine_option = 1024,
    scale_factor_option = 2048,
    output_size_option = 4096,
    bilinear_option = 8192,
    momentum_option = 16384,
    output_padding_option = 32768,
    direct_option = 65536
};
TENET_LOCAL inline constexpr std::string_view option_spelling[]{
    "Kernel", "Stride",   "Padding",     "Dilation",   "Groups",   "NoBias",   "CeilMode",      "PaddingMode", "Eps",
    "Affine", "NoAffine", "ScaleFactor", "OutputSize", "Bilinear", "Momentum", "OutputPadding", "Direct"};

/// All options as one value: kernels never see the pack that the user wrote. Extents are those of `rank` spatial axes.
struct Options {
    Extents kernel, stride, padding, output_padding, dilation, scale_factor, output_size;
    int groups = 1;
    bool bias = true, ceil_mode = false, direct = false;
    operations::PaddingMode padding_mode = operations::PaddingMode::zeros;
    float eps = 0.0f, momentum = 0.1f;
    unsigned given = 0;

    constexpr bool has(OptionKind kind) const { return (given & kind) != 0; }

    /// One number stands for every axis; no number for `otherwise` along every axis.
    static constexpr Extents spread(const Extents& written, int rank, int otherwise) {
        Extents all{rank, {}};
        for (int axis = 0; axis < rank; ++axis)
            all.extents[axis] = written.rank == 0 ? otherwise : written.extents[written.rank == 1 ? 0 : axis];
        return all;
    }
};

template <int... Extent>
constexpr Extents extents_of() {
    const int written[]{0, Extent...};
    Extents extents{static_cast<int>(sizeof(written) / sizeof(int)) - 1, {}};
    for (int axis = 0; axis < extents.rank && axis < 3; ++axis) extents.extents[axis] = written[axis + 1];
    return extents;
}

template <class>
struct option {
    TENET_LOCAL static constexpr unsigned kind = unknown_option;
    static constexpr void set(Options&) {}
};
template <int... N>
struct option<Kernel<N...>> {
    TENET_LOCAL static constexpr unsigned kind = kernel_option;
    static constexpr void set(Options& o) { o.kernel = extents_of<N...>(); }
};
template <int... N>
struct option<Stride<N...>> {
    TENET_LOCAL static constexpr unsigned kind = stride_option;
    static constexpr void set(Options& o) { o.stride = extents_of<N...>(); }
};
template <int... N>
struct option<Padding<N...>> {
    TENET_LOCAL static constexpr unsigned kind = padding_option;
    static constexpr void set(Options& o) { o.padding = extents_of<N...>(); }
};
template <int... N>
struct option<OutputPadding<N...>> {
    TENET_LOCAL static constexpr unsigned kind = output_padding_option;
    static constexpr void set(Options& o) { o.output_padding = extents_of<N...>(); }
};
template <int... N>
struct option<Dilation<N...>> {
    TENET_LOCAL static constexpr unsigned kind = dilation_option;
    static constexpr void set(Options& o) { o.dilation = extents_of<N...>(); }
};
template <int N>
struct option<Groups<N>> {
    TENET_LOCAL static constexpr unsigned kind = groups_option;
    static constexpr void set(Options& o) { o.groups = N; }
};
template <>
struct option<NoBias> {
    TENET_LOCAL static constexpr unsigned kind = no_bias_option;
    static constexpr void set(Options& o) { o.bias = false; }
};
template <>
struct option<Direct> {
    TENET_LOCAL static constexpr unsigned kind = direct_option;
    static constexpr void set(Options& o) { o.direct = true; }
};
template <>
struct option<CeilMode> {
    TENET_LOCAL static constexpr unsigned kind = ceil_mode_option;
    static constexpr void set(Options& o) { o.ceil_mode = true; }
};
template <operations::PaddingMode Kind>
struct option<PaddingMode<Kind>> {
    TENET_LOCAL static constexpr unsigned kind = padding_mode_option;
    static constexpr void set(Options& o) { o.padding_mode = Kind; }
};
template <auto Value>
struct option<Eps<Value>> {
    TENET_LOCAL static constexpr unsigned kind = eps_option;
    static constexpr void set(Options& o) { o.eps = static_cast<float>(Value); }
    static constexpr void check(Diagnosis& why) { require_float<Value>(why); }
};
template <auto Value>
struct option<Momentum<Value>> {
    TENET_LOCAL static constexpr unsigned kind = momentum_option;
    static constexpr void set(Options& o) { o.momentum = static_cast<float>(Value); }
    static constexpr void check(Diagnosis& why) { require_float<Value>(why); }
};
template <>
struct option<Affine> {
    TENET_LOCAL static constexpr unsigned kind = affine_option;
    static constexpr void set(Options&) {}
};
template <>
struct option<NoAffine> {
    TENET_LOCAL static constexpr unsigned kind = no_affine_option;
    static constexpr void set(Options&) {}
};
template <int... N>
struct option<ScaleFactor<N...>> {
    TENET_LOCAL static constexpr unsigned kind = scale_factor_option;
    static constexpr void set(Options& o) { o.scale_factor = extents_of<N...>(); }
};
template <int... N>
struct option<OutputSize<N...>> {
    TENET_LOCAL static constexpr unsigned kind = output_size_option;
    static constexpr void set(Options& o) { o.output_size = extents_of<N...>(); }
};
template <>
struct option<Bilinear> {
    TENET_LOCAL static constexpr unsigned kind = bilinear_option;
    static constexpr void set(Options&) {}
};

template <class Option>
constexpr void read_option(Options& options, Diagnosis& why, unsigned allowed, int position) {
    if (!why.empty()) return;
    constexpr unsigned kind = option<Option>::kind;
    if ((kind & allowed) == 0) {
        why.mark(why::option, position).name(type_name<Option>().view())
            << why::is_not_an_option_of_this_layer << why::it_takes;
        std::string_view separator;
        for (int bit = 0; bit < static_cast<int>(std::size(option_spelling)); ++bit)
            if (allowed & (1u << bit)) {
                if (!separator.empty()) why.name(separator);
                why.name(option_spelling[bit]);
                separator = ",";
            }
    } else if (options.given & kind) {
        why.mark(why::option, position).name(type_name<Option>().view()) << why::is_given_twice;
    } else {
        options.given |= kind;
        option<Option>::set(options);
        if constexpr (requires { option<Option>::check(why); }) option<Option>::check(why);
    }
}

/// Reads the options of a layer in any order; complains of one that the layer does not take or that is given twice.
template <class... Option>
constexpr Options read_options(Diagnosis& why, [[maybe_unused]] unsigned allowed) {
    Options options;
    int position = 0;
    int unused[]{0, (read_option<Option>(options, why, allowed, ++position), 0)...};
    (void)unused;
    return options;
}

}  // namespace detail

}  // namespace tenet
