#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Never defined: `print_type<SomeType> show;` stops the compiler with an error that spells out the type, or the value:
/// `print_type<LeNet::leaves> show;`, `print_value<LeNet::output_shape> show;`.
template <class... T>
struct print_type;

template <auto... Value>
struct print_value;

}  // namespace tenet
