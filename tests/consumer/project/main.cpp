#include <cmath>
#include <cstdio>

#include "network.hpp"

// All weights one, all biases zero: a convolution gives 9 times the pixel, the formula half of it, the linear layer
// sums 2 x 2 x 2 of those.
int main() {
    tenet::Model<Net> model;
    model.for_each_parameter([](const auto& tensor) {
        for (float& number : tensor.values) number = tensor.shape.rank > 1 ? 1.0f : 0.0f;
    });
    std::array<float, 36> image;
    image.fill(0.5f);
    const float expected = 0.5f * 9.0f * 0.5f * 8.0f;
    for (const float found : predict(model, image)) {
        if (std::abs(found - expected) < 1e-4f) continue;
        std::printf("expected %g, found %g\n", static_cast<double>(expected), static_cast<double>(found));
        return 1;
    }
    return 0;
}
