// Inference of a trained network by its numbers, without exceptions and without run-time types. With an argument it
// asks for what cannot be.

#include <cmath>
#include <cstdio>
#include <vector>

#include <tenet/inference.hpp>

using namespace tenet;

using Net =
    Network<Input<1, 6, 6>, Conv2d<2, Kernel<3>>, BatchNorm2d<>, ReLU, MaxPool2d<2>, Flatten, Dropout<0.5f>, Linear<3>>;

static_assert(Net::inference_memory(1) < 64_KiB);

int main(int argc, char**) {
    Model<Net> model{Seed{1}};
    for (int i = 0; i < Net::parameter_tensor_count; ++i)
        for (float& number : model.tensor(i).values) number = 0.5f;
    // Each sum of 9 pixels of 1 and the bias is 5, its normalised value 4.5 / sqrt(0.5) / 2 + 0.5.
    const std::vector<float> images(36 * 20, 1.0f);
    std::vector<float> one(3 * 20), all = one, evaluated = one;
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
    model.forward(images, one, workspace);
    model.forward(images, all, workspaces);
    const EvalModel eval{model};
    Workspace<EvalNetwork<Net>> eval_workspace;
    eval.forward(images, evaluated, eval_workspace);
    const float pixel = 4.5f / std::sqrt(0.5f + 1e-5f) / 2 + 0.5f, expected = 8 * pixel / 2 + 0.5f;
    for (std::size_t i = 0; i < one.size(); ++i)
        if (std::abs(one[i] - expected) > 1e-4f || one[i] != all[i] || std::abs(evaluated[i] - expected) > 1e-4f) {
            std::printf("output %zu: %g, on all cores %g, evaluated %g, expected %g\n", i, double{one[i]},
                        double{all[i]}, double{evaluated[i]}, double{expected});
            return 1;
        }
    if (argc > 1) model.parameter("0.wight");
    return 0;
}
