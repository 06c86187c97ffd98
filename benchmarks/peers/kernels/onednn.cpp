// oneDNN (2 or 3), by the protocol of kernels.hpp: tensors in the formats that its primitives ask for; converting them
// is not timed. Convolutions are direct, as PyTorch has them and as tenet's are, or, with PEERS_ONEDNN_AUTO, by the
// algorithm that oneDNN chooses, which may be Winograd's: fewer operations than the direct sum's, by which its rate is
// still counted.

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "kernels.hpp"

namespace {

using namespace dnnl;
using peers::Case;
using peers::Direction;
using Tag = memory::format_tag;

struct Run {
    engine processor{engine::kind::cpu, 0};
    stream queue{processor};
    primitive work;
    std::unordered_map<int, memory> arguments;

    memory::desc plain(const memory::dims& dims) const {
        return {dims, memory::data_type::f32, dims.size() == 2 ? Tag::ab : Tag::abcd};
    }
    void convert(memory from, memory to) {
        reorder(from, to).execute(queue, from, to);
        queue.wait();
    }
    void give(int name, const memory::desc& wanted, const memory::dims& dims, const std::vector<float>& values) {
        arguments[name] = memory(wanted, processor);
        convert(memory(plain(dims), processor, const_cast<float*>(values.data())), arguments[name]);
    }
    std::vector<float> take(int name, const memory::dims& dims, std::size_t count) {
        std::vector<float> values(count);
        convert(arguments[name], memory(plain(dims), processor, values.data()));
        return values;
    }
};

// oneDNN 3 has no operation descriptors between the arguments and the primitive's.
template <class Primitive, class... Arguments>
auto describe(const engine& processor, const Arguments&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
    return typename Primitive::primitive_desc(processor, arguments...);
#else
    return typename Primitive::primitive_desc(typename Primitive::desc(arguments...), processor);
#endif
}
template <class Primitive, class Forward, class... Arguments>
auto describe_backward(const engine& processor, const Forward& forward, const Arguments&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
    return typename Primitive::primitive_desc(processor, arguments..., forward);
#else
    return typename Primitive::primitive_desc(typename Primitive::desc(arguments...), processor, forward);
#endif
}

#if defined(PEERS_ONEDNN_AUTO)
constexpr algorithm convolution_algorithm = algorithm::convolution_auto;
constexpr const char* variant = " by its choice of algorithm";
#else
constexpr algorithm convolution_algorithm = algorithm::convolution_direct;
constexpr const char* variant = "";
#endif

struct Descriptions {
    memory::desc x, w, y;
};

struct Convolutions {
    static auto forward(const engine& e, const Descriptions& d, const memory::dims& one, const memory::dims& padding) {
        return describe<convolution_forward>(e, prop_kind::forward_training, convolution_algorithm, d.x, d.w, d.y, one,
                                             padding, padding);
    }
    static auto data_gradient(const engine& e, const Descriptions& d, const memory::dims& one,
                              const memory::dims& padding) {
        return describe_backward<convolution_backward_data>(e, forward(e, d, one, padding), convolution_algorithm, d.x,
                                                            d.w, d.y, one, padding, padding);
    }
    static auto weight_gradient(const engine& e, const Descriptions& d, const memory::dims& one,
                                const memory::dims& padding) {
        return describe_backward<convolution_backward_weights>(e, forward(e, d, one, padding), convolution_algorithm,
                                                               d.x, d.w, d.y, one, padding, padding);
    }
};

struct InnerProducts {
    static auto forward(const engine& e, const Descriptions& d) {
        return describe<inner_product_forward>(e, prop_kind::forward_training, d.x, d.w, d.y);
    }
    static auto data_gradient(const engine& e, const Descriptions& d) {
        return describe_backward<inner_product_backward_data>(e, forward(e, d), d.x, d.w, d.y);
    }
    static auto weight_gradient(const engine& e, const Descriptions& d) {
        return describe_backward<inner_product_backward_weights>(e, forward(e, d), d.x, d.w, d.y);
    }
};

struct Dimensions {
    memory::dims x, w, y;
};

template <class Primitives, class... Geometry>
peers::Kernel make(Direction direction, const Dimensions& dims, const peers::Operands& operands,
                   const Geometry&... geometry) {
    const auto any = [](const memory::dims& d) { return memory::desc(d, memory::data_type::f32, Tag::any); };
    const auto run = std::make_shared<Run>();
    const engine& processor = run->processor;
    const Descriptions descriptions{any(dims.x), any(dims.w), any(dims.y)};
    const auto execute = [run] {
        run->work.execute(run->queue, run->arguments);
        run->queue.wait();
    };
    switch (direction) {
        case Direction::forward: {
            const auto d = Primitives::forward(processor, descriptions, geometry...);
            run->work = primitive(d);
            run->give(DNNL_ARG_SRC, d.src_desc(), dims.x, operands.x);
            run->give(DNNL_ARG_WEIGHTS, d.weights_desc(), dims.w, operands.w);
            run->arguments[DNNL_ARG_DST] = memory(d.dst_desc(), processor);
            return {execute, [=, n = operands.dy.size()] { return run->take(DNNL_ARG_DST, dims.y, n); }};
        }
        case Direction::data_gradient: {
            const auto d = Primitives::data_gradient(processor, descriptions, geometry...);
            run->work = primitive(d);
            run->give(DNNL_ARG_DIFF_DST, d.diff_dst_desc(), dims.y, operands.dy);
            run->give(DNNL_ARG_WEIGHTS, d.weights_desc(), dims.w, operands.w);
            run->arguments[DNNL_ARG_DIFF_SRC] = memory(d.diff_src_desc(), processor);
            return {execute, [=, n = operands.x.size()] { return run->take(DNNL_ARG_DIFF_SRC, dims.x, n); }};
        }
        case Direction::weight_gradient: {
            const auto d = Primitives::weight_gradient(processor, descriptions, geometry...);
            run->work = primitive(d);
            run->give(DNNL_ARG_DIFF_DST, d.diff_dst_desc(), dims.y, operands.dy);
            run->give(DNNL_ARG_SRC, d.src_desc(), dims.x, operands.x);
            run->arguments[DNNL_ARG_DIFF_WEIGHTS] = memory(d.diff_weights_desc(), processor);
            return {execute, [=, n = operands.w.size()] { return run->take(DNNL_ARG_DIFF_WEIGHTS, dims.w, n); }};
        }
    }
    throw std::invalid_argument("no such direction");
}

peers::Kernel make_case(const Case& c, const peers::Operands& operands) {
#if defined(PEERS_ONEDNN_AUTO)
    if (!c.convolution) throw std::invalid_argument("there is nothing to choose for a linear layer");
#endif
    if (!c.convolution)
        return make<InnerProducts>(
            c.direction, {{c.batch, c.in_channels}, {c.out_channels, c.in_channels}, {c.batch, c.out_channels}},
            operands);
    const memory::dims one{1, 1}, padding{c.padding, c.padding};
    return make<Convolutions>(c.direction,
                              {{c.batch, c.in_channels, c.size, c.size},
                               {c.out_channels, c.in_channels, c.kernel, c.kernel},
                               {c.batch, c.out_channels, c.out_size(), c.out_size()}},
                              operands, one, padding);
}

}  // namespace

int main(int argc, char** argv) {
    const dnnl_version_t* const version = dnnl_version();
    return peers::serve_kernels(argc, argv,
                                "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) +
                                    "." + std::to_string(version->patch) + variant,
                                make_case);
}
