// Parameters in safetensors, under PyTorch's names: `safetensors.torch.load_file` reads the file, and the other way round.
// A training run that is saved and resumed goes on bit for bit.

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <tenet/tenet.hpp>

using namespace tenet;

using Net = Network<Input<2>, Linear<16>, Tanh, Dropout<0.1f>, Linear<1>>;

int main() {
    const std::vector<float> w{2.0f, -3.4f};
    const auto data = data::synthetic_linear(w, 4.2f, 1000, 0.01f, Seed{1});

    // Four epochs in one go, and two epochs, a checkpoint, two more.
    Model<Net> whole{Seed{5}}, half{Seed{5}}, resumed{Seed{99}};
    Trainer first{whole, MSE{}, Adam{.learning_rate = 0.01}};
    first.fit(data, {.epochs = 4, .batch_size = 32});
    {
        Trainer trainer{half, MSE{}, Adam{.learning_rate = 0.01}};
        trainer.fit(data, {.epochs = 2, .batch_size = 32});
        io::save(trainer, "run.safetensors");
    }
    Trainer trainer{resumed, MSE{}, Adam{.learning_rate = 0.01}};
    io::load(trainer, "run.safetensors");
    trainer.fit(data, {.epochs = 2, .batch_size = 32});
    const bool same = std::equal(whole.data(), whole.data() + whole.storage(), resumed.data());
    std::printf("resumed run %s the uninterrupted one\n", same ? "equals" : "DIFFERS FROM");

    io::save(whole, "model.safetensors");
    Model<Net> copy;
    io::load(copy, "model.safetensors");

    // A file that does not fit names everything that is wrong, and leaves the model as it was.
    bool refused = false;
    Model<Network<Input<2>, Linear<17>, Tanh, Linear<1>>> other;
    try {
        io::load(other, "model.safetensors");
    } catch (const std::runtime_error& error) {
        refused = true;
        std::printf("%s\n", error.what());
    }
    return same && refused && std::equal(whole.data(), whole.data() + whole.storage(), copy.data()) ? 0 : 1;
}
