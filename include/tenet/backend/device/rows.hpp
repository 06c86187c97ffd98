#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace tenet::device {

/// A tensor of a batch in a device's memory: the numbers of sample s begin at data + s * stride.
template <class Storage>
struct Rows {
    Storage* data = nullptr;
    std::int64_t stride = 0;

    TENET_HOST_DEVICE Storage* operator[](std::int64_t sample) const { return data + sample * stride; }
    TENET_HOST_DEVICE explicit operator bool() const { return data != nullptr; }
};

/// x[s][i] as a float.
template <class Storage>
struct Numbers {
    Rows<Storage> x;

    TENET_HOST_DEVICE float operator()(std::int64_t s, std::int64_t i) const { return static_cast<float>(x[s][i]); }
};

/// y[s][i] = Formula(sum + added[s][i]): what becomes of the sum that an operation has found.
template <class Formula, class Storage>
struct Result {
    Rows<Storage> y, added;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i, float sum) const {
        if (added) sum += static_cast<float>(added[s][i]);
        y[s][i] = static_cast<Storage>(Formula::value(sum));
    }
};

/// dy[s][i] *= the derivative of the formula that gave y[s][i]: then it is the gradient by the sum above.
template <class Formula, class Storage>
struct MultiplyDerivative {
    Rows<Storage> y, dy;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const float value = static_cast<float>(y[s][i]);
        dy[s][i] = static_cast<Storage>(static_cast<float>(dy[s][i]) * Formula::derivative(value, value));
    }
};

/// Where the gradient by an input goes: into dx, or added to what other readers of that input have put there.
template <class Storage>
struct InputGradient {
    Rows<Storage> dx;
    bool adds = false;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i, float gradient) const {
        Storage& to = dx[s][i];
        to = static_cast<Storage>(adds ? static_cast<float>(to) + gradient : gradient);
    }
    TENET_HOST_DEVICE explicit operator bool() const { return static_cast<bool>(dx); }
};

/// The same for the numbers of a parameter tensor, added to if a later step uses the same tensor.
struct ParameterGradient {
    float* data = nullptr;
    bool adds = false;

    TENET_HOST_DEVICE void operator()(std::int64_t i, float gradient) const {
        data[i] = adds ? data[i] + gradient : gradient;
    }
    TENET_HOST_DEVICE explicit operator bool() const { return data != nullptr; }
};

}  // namespace tenet::device
