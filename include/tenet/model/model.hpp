#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <tenet/core/raise.hpp>
#include <tenet/core/rng.hpp>
#include <tenet/initializers/default.hpp>
#include <tenet/model/backend.hpp>
#include <tenet/model/parameter_set.hpp>
#include <tenet/network/network.hpp>

namespace TENET_NAMESPACE {

/// The numbers of a network: parameters, drawn from a seed as PyTorch draws them. Copying a model copies its numbers.
/// ```
/// Model<LeNet> model{Seed{42}};
/// Workspace<LeNet> workspace;                         // one for each thread
/// model.forward(images, logits, workspace);           // const, re-entrant, no allocation, any batch size
/// ```
template <class Net>
requires requires {
    typename Net::leaves;
}
class Model<Net, Cpu> : public ParameterSet<Net> {
  public:
    using ParameterSet<Net>::parameter_tensor_count, ParameterSet<Net>::index_of, ParameterSet<Net>::tensor;

    TENET_COLD explicit Model(Seed seed = {}) : seed_(seed) {
        for (int i = 0; i < parameter_tensor_count; ++i)
            initialize(i, DefaultInitializer{Net::parameters[i].spec.initial});
    }

    /// A seed is written out; a bare number is an error of one sentence.
    template <class Number>
    requires std::is_arithmetic_v<Number>
    explicit Model(Number) {
        static_assert(sizeof(Number) == 0, "Model: a seed is written as Model<Net> model{Seed{42}}");
    }

    Seed seed() const { return seed_; }

    /// Draws parameters anew: all of them, those of one kind of layer ("Linear", "Conv2d"), or one tensor by name. An
    /// initializer is called with (span of numbers, TensorInfo, Generator): one of initializers/, or the user's own.
    template <Initializer I>
    void initialize(const I& initializer) {
        this->change_mark().require_no_step("initialize");
        for (int i = 0; i < parameter_tensor_count; ++i) initialize(i, initializer);
    }
    template <Initializer I>
    void initialize(std::string_view name, const I& initializer) {
        this->change_mark().require_no_step("initialize");
        initialize(index_of(name), initializer);
    }
    template <Initializer I>
    void initialize(std::nullptr_t, const I&) = delete;
    template <Initializer I>
    void initialize_layers(std::string_view kind, const I& initializer, std::string_view tensor_name = "weight") {
        this->change_mark().require_no_step("initialize_layers");
        bool found = false;
        for (int i = 0; i < parameter_tensor_count; ++i) {
            const Parameter& p = Net::parameters[i];
            if (kind_of(p.node) != kind || p.spec.name != tensor_name) continue;
            initialize(i, initializer);
            found = true;
        }
        if (!found)
            detail::raise_invalid_argument("no layer of kind " + std::string(kind) + " has a tensor named " +
                                           std::string(tensor_name));
    }

    /// What is no initializer: an error of one sentence.
    template <class I>
    requires(!Initializer<I>) void initialize(const I&) {
        refuse_initializer<I>();
    }
    template <class I>
    requires(!Initializer<I>) void initialize(std::string_view, const I&) {
        refuse_initializer<I>();
    }
    template <class I>
    requires(!Initializer<I>) void initialize_layers(std::string_view, const I&, std::string_view = "weight") {
        refuse_initializer<I>();
    }

  private:
    template <class I>
    static constexpr void refuse_initializer() {
        static_assert(sizeof(I) == 0,
                      "Model: an initializer is called with (std::span<float> values, const TensorInfo& tensor, "
                      "Generator random)");
    }
    template <Initializer I>
    void initialize(int i, const I& initializer) {
        const NamedTensor<float> t = tensor(i);
        const ParameterSpec& spec = Net::parameters[i].spec;
        initializer(t.values, TensorInfo{t.name, t.shape, spec.fan_in, spec.fan_out},
                    Generator{seed_, Stream::initialisation, static_cast<std::uint32_t>(i), 0});
    }
    TENET_LOCAL static std::string_view kind_of(int node) {
        static constexpr auto kinds = []<class... L>(List<L...>) {
            struct Table {
                Text names[sizeof...(L)];
            };
            return Table{{kind_name<L>()...}};
        }(typename Net::leaves{});
        return kinds.names[node].view();
    }

    Seed seed_;
};

/// What is no network, or no backend that is included: that is the error, and what follows on it none.
template <class Net, class Backend>
class Model {
    TENET_LOCAL static constexpr bool of_a_network = requires { typename Net::leaves; };
    static_assert(of_a_network,
                  "Model: it is made of a Network, whose layers stand in it: Model<Network<Input<784>, Linear<10>>>");
    static_assert(
        !of_a_network,
        "Model: the second argument is a backend: Cpu, Cuda of <tenet/cuda.hpp>, or one of <tenet/thrust.hpp>");

  public:
    template <class... Argument>
    explicit Model(Argument&&...) {}
};

/// Copies all parameters of one model into another of the same network. Throws std::logic_error during a step of
/// either.
template <class Net>
void copy_parameters(const Model<Net>& from, Model<Net>& to) {
    from.require_numbers();
    to.require_numbers();
    const BetweenSteps read{from.change_mark(), "copy_parameters"}, written{to.change_mark(), "copy_parameters"};
    std::copy(from.data(), from.data() + from.storage(), to.data());
}

template <class From, class To>
void copy_parameters(const Model<From>&, Model<To>&) {
    static_assert(sizeof(From) == 0, "copy_parameters: these are models of two different networks");
}

}  // namespace tenet
