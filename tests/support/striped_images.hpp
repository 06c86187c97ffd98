#pragma once

#include <cstdint>
#include <vector>

#include <tenet/data/dataset.hpp>

#include <support/random_numbers.hpp>

namespace tenet::testing {

/// Images [1, 8, 8] of three classes, a third of each bright: pixels of 0 to `dark`, and of `bright` to `bright` + 100
/// in the class's stripe.
inline data::Dataset<std::uint8_t, data::Label> striped_images(int size, float dark, float bright) {
    RandomNumbers random{7};
    std::vector<std::uint8_t> pixels;
    std::vector<data::Label> labels;
    for (int i = 0; i < size; ++i) {
        labels.push_back(i % 3);
        for (int p = 0; p < 64; ++p)
            pixels.push_back(static_cast<std::uint8_t>(p / 22 == i % 3 ? bright + random.uniform(0.0f, 100.0f)
                                                                       : random.uniform(0.0f, dark)));
    }
    return {Shape{1, 8, 8}, pixels, labels};
}

}  // namespace tenet::testing
