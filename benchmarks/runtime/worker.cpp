// tenet as a worker for peers/compare.py: whole networks, training steps and inference, by the protocol of peers/worker.hpp.

#include <oneapi/tbb/global_control.h>

#include <memory>
#include <optional>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/model.hpp>
#include <tenet/models/lenet.hpp>
#include <tenet/models/mobilenet.hpp>
#include <tenet/models/resnet.hpp>
#include <tenet/models/vgg.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

#include "../peers/worker.hpp"

namespace {

using namespace tenet;

using Mlp = Network<Input<784>, Linear<256>, ReLU, Linear<10>>;

template <int Channels>
using Block = Sequential<Conv2d<Channels, Kernel<3>, Padding<1>>, ReLU, Conv2d<Channels, Kernel<3>, Padding<1>>, ReLU,
                         MaxPool2d<2>>;
using Vgg = Network<Input<1, 28, 28>, Block<32>, Block<64>, Block<128>, Flatten, Linear<256>, ReLU, Linear<10>>;

template <class Net>
struct Run {
    peers::Material material;
    Model<Net> model;
    Trainer<Net, CrossEntropy, SGD> trainer{model, CrossEntropy{}, SGD{.learning_rate = peers::learning_rate}};
    std::vector<const float*> inputs;
    std::vector<std::int32_t> labels;
    std::vector<float> outputs;
    std::optional<EvalModel<Net>> evaluated;  // what infers, as PyTorch's frozen graphs do
    Workspace<EvalNetwork<Net>> workspace;
    Workspaces<EvalNetwork<Net>> workspaces;
    static constexpr std::size_t features = Net::input_shape.count();

    explicit Run(const peers::Material& given) : material(given), outputs(static_cast<std::size_t>(given.batch) * 10) {
        for (int i = 0; i < material.batch; ++i) {
            inputs.push_back(material.pixels.data() + static_cast<std::size_t>(i) * features);
            labels.push_back(material.labels[static_cast<std::size_t>(i)]);
        }
    }
    void reset() {
        const float* next = material.parameters.data();
        model.for_each_parameter([&](const NamedTensor<float>& tensor) {
            std::copy_n(next, tensor.values.size(), tensor.values.begin());
            next += tensor.values.size();
        });
        evaluated.emplace(model);
    }
    double step() {
        Batch<float> batch;
        batch.inputs = inputs.data();
        batch.labels = labels.data();
        batch.size = material.batch;
        return trainer.step(batch).loss;
    }
    void infer() {
        if (material.batch == 1) evaluated->forward(material.pixels, outputs, workspace);
        else evaluated->forward(material.pixels, outputs, workspaces);
    }
};

template <class Net>
peers::Workload workload(const peers::Material& material) {
    const auto run = std::make_shared<Run<Net>>(material);
    return {[run] { run->reset(); }, [run] { return run->step(); }, [run] { run->infer(); },
            [run] { return run->outputs; }};
}

peers::Workload make(const std::string& net, bool, const peers::Material& material) {
    if (net == "mlp") return workload<Mlp>(material);
    if (net == "lenet") return workload<models::LeNet<>>(material);
    if (net == "lenet_relu") return workload<models::LeNetReLU<>>(material);
    if (net == "vgg") return workload<Vgg>(material);
    if (net == "resnet18") return workload<models::ResNet18<Input<3, 32, 32>>>(material);
    if (net == "vgg11_quarter") return workload<models::VGG11<Input<3, 32, 32>, 10, 4, 0.0f>>(material);
    if (net == "mobilenet_v2") return workload<models::MobileNetV2<Input<3, 32, 32>, 10, 1.0f, 0.0f>>(material);
    throw std::invalid_argument("no network named " + net);
}

}  // namespace

int main(int argc, char** argv) {
    std::unique_ptr<oneapi::tbb::global_control> threads;
    return peers::serve(argc, argv, "tenet", make, [&](int count) {
        threads = std::make_unique<oneapi::tbb::global_control>(oneapi::tbb::global_control::max_allowed_parallelism,
                                                               static_cast<std::size_t>(count));
    });
}
