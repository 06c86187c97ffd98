#pragma once

#include <array>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tenet/core/array_bound.hpp>
#include <tenet/core/expect.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/metrics/argmax.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// Losses of outputs that have so many numbers each: known by these, so that the network's type, names and all, stands
/// in no symbol and in no kernel.
template <class Counts, class... L>
struct PartLosses;

template <int... Count, class... L>
struct PartLosses<std::integer_sequence<int, Count...>, L...> {
    TENET_LOCAL static constexpr bool takes_labels = false;

    std::array<float, sizeof...(L)> weights = [] {
        std::array<float, sizeof...(L)> ones{};
        for (float& one : ones) one = 1.0f;
        return ones;
    }();
    std::tuple<L...> losses{};

    template <class Self, class Visit>
    static constexpr void hyper_parameters(Self& self, Visit&& visit) {
        for (auto& weight : self.weights) visit("weight", weight);
        const auto visit_one = [&](auto& loss) {
            using One = std::remove_cvref_t<decltype(loss)>;
            if constexpr (requires { One::hyper_parameters(loss, visit); }) One::hyper_parameters(loss, visit);
        };
        std::apply([&](auto&... loss) { (visit_one(loss), ...); }, self.losses);
    }

    void check() const {
        for (const float weight : weights) expect_finite("OutputLosses", "weights", weight);
        std::apply(
            [](const auto&... loss) {
                const auto check_one = [](const auto& one) {
                    if constexpr (requires { one.check(); }) one.check();
                };
                (check_one(loss), ...);
            },
            losses);
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T forward(const T* output, const T* target, int) const {
        return sum<T>([&]<int I>(const auto& loss) TENET_INLINE_LAMBDA {
            using Part = std::tuple_element_t<static_cast<std::size_t>(I), std::tuple<L...>>;
            if constexpr (Part::takes_labels)
                return T(weights[I]) * loss.forward(output + begin(I), count(I), label<I>(target));
            else
                return T(weights[I]) * loss.forward(output + begin(I), target + begin(I), count(I));
        });
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T gradient(const T* output, const T* target, int, T scale, T* gradient) const {
        return sum<T>([&]<int I>(const auto& loss) TENET_INLINE_LAMBDA {
            using Part = std::tuple_element_t<static_cast<std::size_t>(I), std::tuple<L...>>;
            const T weight(weights[I]), part_scale = scale * weight;
            T* const to = gradient + begin(I);
            if constexpr (Part::takes_labels)
                return weight * loss.gradient(output + begin(I), count(I), label<I>(target), part_scale, to);
            else
                return weight * loss.gradient(output + begin(I), target + begin(I), count(I), part_scale, to);
        });
    }

  private:
    static constexpr int count(int part) {
        constexpr int counts[]{Count...};
        return counts[part];
    }
    static constexpr int begin(int part) {
        int numbers = 0;
        for (int i = 0; i < part; ++i) numbers += count(i);
        return numbers;
    }
    template <int I, class T>
    TENET_HOST_DEVICE static TENET_INLINE integer_of<T> label(const T* target) {
        return argmax(target + begin(I), count(I));
    }
    template <class T, class Part>
    TENET_HOST_DEVICE TENET_INLINE T sum(const Part& part) const {
        T total(0.0f);
        [&]<int... I>(std::integer_sequence<int, I...>) TENET_INLINE_LAMBDA {
            ((total = total + part.template operator()<I>(std::get<I>(losses))), ...);
        }
        (std::make_integer_sequence<int, sizeof...(L)>{});
        return total;
    }
};

/// The counts of a network's outputs, if these losses are for it.
template <class Net, class... L>
struct OutputCounts {
    static_assert(sizeof...(L) == Net::output_count, "a network needs one loss for each of its outputs");
    static_assert(
        [] {
            constexpr bool labels[]{L::takes_labels...};
            for (int i = 0; i < Net::output_count; ++i)
                if (labels[i] && place_count(Net::output_shapes(i)) > 1) return false;
            return true;
        }(),
        "of several outputs, one that is compared with labels is a vector");

    template <int... I>
    static auto of(std::integer_sequence<int, I...>)
        -> std::integer_sequence<int, static_cast<int>(Net::output_shapes(I).count())...>;
    using type = decltype(of(std::make_integer_sequence<int, Net::output_count>{}));
};

}  // namespace detail

/// One loss for each output of a network, and their weighted sum:
/// ```
/// Trainer trainer{model, OutputLosses<Net, CrossEntropy, MSE>{.weights = {1.0f, 0.1f}}, Adam{}};
/// ```
/// A target has a part for each output, of its shape. A loss that compares with labels takes the place of the largest
/// number in its part: labels are written one-hot.
template <class Net, class... L>
using OutputLosses = detail::PartLosses<typename detail::OutputCounts<Net, L...>::type, L...>;

}  // namespace tenet
