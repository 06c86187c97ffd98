#include "network.hpp"

std::array<float, 3> predict(const tenet::Model<Net>& model, const std::array<float, 36>& image) {
    tenet::Workspace<Net> workspace;
    std::array<float, 3> output{};
    model.forward(image, output, workspace);
    return output;
}
