// The main job: LeNet as a type, trained on Fashion-MNIST on all cores, its curve drawn and its parameters saved.

#include <cstdio>

#include <tenet/tenet.hpp>

#include "arguments.hpp"

using namespace tenet;

using LeNet = Network<Input<1, 28, 28>,
    Conv2d<6, Kernel<5>, Padding<2>>, ReLU, MaxPool2d<2>,
    Conv2d<16, Kernel<5>>,            ReLU, MaxPool2d<2>,
    Flatten, Linear<120>, ReLU, Linear<84>, ReLU, Linear<10>>;

int main(int argc, char** argv) {
    const bool quick = has_flag(argc, argv, "--quick");
    auto [train, test] = data::fashion_mnist();
    if (quick) train = train.take(10'000);
    print_summary<LeNet>(stdout, 64);

    Model<LeNet> model{Seed{42}};
    Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 2e-3}};
    // The learning rate falls to a tenth for the last epochs.
    const int epochs = quick ? 1 : 10;
    const auto decay = [&](auto& run, const EpochRecord& record) {
        if (record.epoch == 6 || record.epoch == 8) run.set_learning_rate(record.epoch == 6 ? 6e-4 : 2e-4);
    };
    const History history = trainer.fit(train, {.epochs = epochs, .batch_size = 64, .validation = &test, .progress = Progress::on}, decay);

    double seconds = 0.0;
    for (const EpochRecord& record : history.epochs) seconds += record.seconds;
    const double accuracy = history.epochs.back().validation_accuracy;
    std::printf("test accuracy %.4f after %d epochs, %.1f s of training\n", accuracy, epochs, seconds);
    plot::training_curve(history, "lenet.svg");
    io::save(model, "lenet.safetensors");
    std::printf("wrote lenet.svg (training curve) and lenet.safetensors (parameters, PyTorch's names)\n");

    // One picture, one sample at a time, as a program would use the trained network.
    Workspace<LeNet> workspace;
    const auto image = test.converted_input(0);
    float logits[10];
    model.forward(image, logits, workspace);
    const auto best = std::max_element(logits, logits + 10) - logits;
    std::printf("test image 0: %s, in truth %s\n", test.class_names()[static_cast<std::size_t>(best)].c_str(),
                test.class_names()[static_cast<std::size_t>(test.label(0))].c_str());
    return accuracy > (quick ? 0.7 : 0.89) ? 0 : 1;
}
