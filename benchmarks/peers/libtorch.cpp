// LibTorch (PyTorch from C++, no interpreter) as a worker for compare.py.

#include <torch/torch.h>

#include <memory>

#include "worker.hpp"

namespace {

namespace nn = torch::nn;

nn::Sequential mlp() {
    return nn::Sequential(nn::Linear(784, 256), nn::ReLU(), nn::Linear(256, 10));
}

template <class Activation, class Pool>
nn::Sequential lenet() {
    using Convolution = nn::Conv2dOptions;
    return nn::Sequential(nn::Conv2d(Convolution(1, 6, 5).padding(2)), Activation(), Pool(2),
                          nn::Conv2d(Convolution(6, 16, 5)), Activation(), Pool(2), nn::Flatten(), nn::Linear(400, 120),
                          Activation(), nn::Linear(120, 84), Activation(), nn::Linear(84, 10));
}

nn::Sequential vgg() {
    nn::Sequential network;
    int channels = 1;
    for (int width : {32, 64, 128}) {
        for (int i = 0; i < 2; ++i) {
            network->push_back(nn::Conv2d(nn::Conv2dOptions(channels, width, 3).padding(1)));
            network->push_back(nn::ReLU());
            channels = width;
        }
        network->push_back(nn::MaxPool2d(2));
    }
    network->push_back(nn::Flatten());
    network->push_back(nn::Linear(128 * 3 * 3, 256));
    network->push_back(nn::ReLU());
    network->push_back(nn::Linear(256, 10));
    return network;
}

nn::Sequential network_by_name(const std::string& net) {
    if (net == "mlp") return mlp();
    if (net == "lenet") return lenet<nn::Sigmoid, nn::AvgPool2d>();
    if (net == "lenet_relu") return lenet<nn::ReLU, nn::MaxPool2d>();
    if (net == "vgg") return vgg();
    throw std::invalid_argument("no network '" + net + "'");
}

struct Session {
    nn::Sequential network;
    torch::Tensor pixels, labels, result;
    std::unique_ptr<torch::optim::SGD> optimizer;
    std::vector<float> initial;

    void reset() {
        const torch::NoGradGuard no_gradient;
        const float* next = initial.data();
        for (auto& parameter : network->parameters()) {
            parameter.copy_(torch::from_blob(const_cast<float*>(next), parameter.sizes()));
            next += parameter.numel();
        }
        if (next != initial.data() + initial.size()) throw std::runtime_error("another number of parameters");
    }
};

peers::Workload make(const std::string& net, bool training, const peers::Material& material) {
    auto session = std::make_shared<Session>();
    session->network = network_by_name(net);
    session->initial = material.parameters;
    const auto shape = net == "mlp" ? std::vector<std::int64_t>{material.batch, 784}
                                    : std::vector<std::int64_t>{material.batch, 1, 28, 28};
    session->pixels = torch::from_blob(const_cast<float*>(material.pixels.data()), shape).clone();
    session->labels =
        torch::from_blob(const_cast<std::uint8_t*>(material.labels.data()), {material.batch}, torch::kUInt8)
            .to(torch::kLong);
    if (net != "mlp") {  // what is quickest in pytorch.py
        session->pixels = session->pixels.contiguous(torch::MemoryFormat::ChannelsLast);
        for (auto& parameter : session->network->parameters())
            if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }
    session->optimizer = std::make_unique<torch::optim::SGD>(session->network->parameters(),
                                                             torch::optim::SGDOptions(peers::learning_rate));
    peers::Workload workload;
    workload.reset = [session] { session->reset(); };
    workload.reset();
    if (training) {
        workload.step = [session] {
            session->optimizer->zero_grad();
            auto loss = nn::functional::cross_entropy(session->network->forward(session->pixels), session->labels);
            loss.backward();
            session->optimizer->step();
            return loss.item<double>();
        };
    } else {
        session->network->eval();
        workload.infer = [session] {
            const c10::InferenceMode inference;
            session->result = session->network->forward(session->pixels);
        };
        workload.output = [session] {
            const auto result = session->result.contiguous();
            return std::vector<float>(result.data_ptr<float>(), result.data_ptr<float>() + result.numel());
        };
    }
    return workload;
}

}  // namespace

int main(int argc, char** argv) {
    return peers::serve(argc, argv, std::string("LibTorch ") + TORCH_VERSION, make, torch::set_num_threads);
}
