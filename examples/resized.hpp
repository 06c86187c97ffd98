#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <tenet/data/mnist.hpp>

/// Grey images [1, H, W] scaled to [1, side, side] by bilinear interpolation, as torchvision's Resize enlarges them.
inline tenet::data::ImageDataset resized(const tenet::data::ImageDataset& images, int side) {
    const int height = images.input_shape()[1], width = images.input_shape()[2];
    if (height == side && width == side) return images;

    // Each pixel lies between two of the original: the first of them, and how near the second is.
    const auto places = [side](int extent) {
        std::vector<std::pair<int, float>> result;
        for (int i = 0; i < side; ++i) {
            const float scale = static_cast<float>(extent) / static_cast<float>(side);
            const float at = std::clamp((static_cast<float>(i) + 0.5f) * scale - 0.5f, 0.0f, static_cast<float>(extent - 1));
            const int first = std::min(static_cast<int>(at), extent - 2);
            result.emplace_back(first, at - static_cast<float>(first));
        }
        return result;
    };
    const auto rows = places(height), columns = places(width);
    std::vector<std::uint8_t> pixels;
    pixels.reserve(static_cast<std::size_t>(images.size()) * static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
    std::vector<tenet::data::Label> labels;
    for (std::int64_t n = 0; n < images.size(); ++n) {
        const std::uint8_t* image = images.input_data(n);
        for (const auto& [y, down] : rows)
            for (const auto& [x, right] : columns) {
                const std::uint8_t* at = image + y * width + x;
                const float above = static_cast<float>(at[0]) * (1 - right) + static_cast<float>(at[1]) * right;
                const float below = static_cast<float>(at[width]) * (1 - right) + static_cast<float>(at[width + 1]) * right;
                pixels.push_back(static_cast<std::uint8_t>(std::lround(above * (1 - down) + below * down)));
            }
        labels.push_back(images.label(n));
    }
    return {tenet::Shape{1, side, side}, std::move(pixels), std::move(labels), images.class_names()};
}
