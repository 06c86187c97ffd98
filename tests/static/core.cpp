#include <concepts>

#include <tenet/core/fixed_string.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/core/type_list.hpp>

/// Shapes, lists of types and strings as template arguments.
using namespace tenet;

namespace {

static_assert(Shape{}.rank == 0 && Shape{}.count() == 1);
static_assert(Shape{7}.rank == 1 && Shape{7}[0] == 7 && Shape{7}.count() == 7);
static_assert(Shape{2, 3, 4, 5, 6}.rank == 5 && Shape{2, 3, 4, 5, 6}.count() == 720 && Shape{2, 3, 4, 5, 6}[4] == 6);
static_assert(Shape{100'000, 100'000, 100}.count() == 1'000'000'000'000);
static_assert(Shape{3, 0, 5}.count() == 0);
static_assert(Shape{2, 3} == Shape{2, 3} && Shape{2, 3} != Shape{3, 2} && Shape{2, 3} != Shape{6} &&
              Shape{6} != Shape{6, 1});
static_assert(Shape{2}.append(3).append(4) == Shape{2, 3, 4});
static_assert([] {
    Shape shape{2, 3};
    shape[1] = 9;
    return shape == Shape{2, 9};
}());
static_assert(!std::constructible_from<Shape, int, int, int, int, int, int>);
static_assert(!std::convertible_to<int, Shape>);

template <Shape S>
struct HasShape {
    static constexpr auto count = S.count();
};
static_assert(HasShape<Shape{2, 3}>::count == 6 && std::same_as<HasShape<Shape{2}.append(3)>, HasShape<Shape{2, 3}>>);

template <int>
struct Number;  // never defined: lists do not instantiate what they hold

static_assert(std::same_as<join<>, List<>> && std::same_as<join<List<>>, List<>> &&
              std::same_as<join<List<>, List<>>, List<>>);
static_assert(
    std::same_as<join<List<Number<1>>, List<>, List<Number<2>, Number<3>>>, List<Number<1>, Number<2>, Number<3>>>);

template <int... I>
auto numbers(std::integer_sequence<int, I...>) -> List<Number<I>...>;
template <int... I>
constexpr bool joins_in_order(std::integer_sequence<int, I...>) {
    return std::same_as<join<List<Number<2 * I>, Number<2 * I + 1>>...>,
                        decltype(numbers(std::make_integer_sequence<int, 2 * sizeof...(I)>{}))>;
}
static_assert(joins_in_order(std::make_integer_sequence<int, 3>{}) &&
              joins_in_order(std::make_integer_sequence<int, 7>{}) &&
              joins_in_order(std::make_integer_sequence<int, 8>{}) &&
              joins_in_order(std::make_integer_sequence<int, 9>{}) &&
              joins_in_order(std::make_integer_sequence<int, 64>{}) &&
              joins_in_order(std::make_integer_sequence<int, 301>{}));

template <int... I>
constexpr bool finds_each(std::integer_sequence<int, I...>) {
    using Numbers = List<Number<I>...>;
    return Numbers::size == sizeof...(I) && (std::same_as<at<Numbers, I>, Number<I>> && ...);
}
static_assert(finds_each(std::make_integer_sequence<int, 1>{}) && finds_each(std::make_integer_sequence<int, 200>{}));
static_assert(List<>::size == 0 && std::same_as<at<List<int, int, float>, 1>, int>);

static_assert(FixedString{"hidden"}.view() == "hidden" && FixedString{""}.view().empty());
template <FixedString Name>
struct Called {};
static_assert(std::same_as<Called<"a">, Called<"a">> && !std::same_as<Called<"a">, Called<"b">> &&
              !std::same_as<Called<"a">, Called<"ab">>);

}  // namespace
