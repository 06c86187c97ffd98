// dlib 19.24 with its BLAS, as a worker for compare.py.

#include <dlib/dnn.h>

#include <memory>

#include "worker.hpp"

namespace {

using namespace dlib;

template <int Outputs, int Kernel, int Pad, class Below>
using convolution = add_layer<con_<Outputs, Kernel, Kernel, 1, 1, Pad, Pad>, Below>;
template <int Outputs, class Below>
using block = relu<convolution<Outputs, 3, 1, Below>>;
template <class Below>
using halve = max_pool<2, 2, 2, 2, Below>;
using pixels_layer = input<matrix<float>>;

using Mlp = loss_multiclass_log<fc<10, relu<fc<256, pixels_layer>>>>;
using LeNet = loss_multiclass_log<
    fc<10,
       sig<fc<84,
              sig<fc<120, avg_pool<2, 2, 2, 2,
                                   sig<convolution<
                                       16, 5, 0, avg_pool<2, 2, 2, 2, sig<convolution<6, 5, 2, pixels_layer>>>>>>>>>>>>;
using LeNetReLU = loss_multiclass_log<fc<
    10,
    relu<fc<84, relu<fc<120, halve<relu<convolution<16, 5, 0, halve<relu<convolution<6, 5, 2, pixels_layer>>>>>>>>>>>>;
using Vgg = loss_multiclass_log<fc<
    10,
    relu<fc<256,
            halve<block<128, block<128, halve<block<64, block<64, halve<block<32, block<32, pixels_layer>>>>>>>>>>>>>;

struct Parameters {
    tensor* values;
    bool linear;
};

struct Collect {
    std::vector<Parameters>* found;

    template <unsigned long Outputs, fc_bias_mode Bias>
    void operator()(fc_<Outputs, Bias>& layer) const {
        found->push_back({&layer.get_layer_params(), true});
    }
    template <long Outputs, long Rows, long Columns, int StrideY, int StrideX, int PadY, int PadX>
    void operator()(con_<Outputs, Rows, Columns, StrideY, StrideX, PadY, PadX>& layer) const {
        found->push_back({&layer.get_layer_params(), false});
    }
    template <class Other>
    void operator()(Other&) const {}
};

/// Fills the layers from bottom to top. PyTorch keeps a linear layer's weight as [outputs][inputs], dlib transposed;
/// both keep the bias behind it.
template <class Net>
void set_parameters(Net& net, const std::vector<float>& values) {
    std::vector<Parameters> layers;
    visit_computational_layers(net, Collect{&layers});
    std::reverse(layers.begin(), layers.end());
    const float* next = values.data();
    for (const Parameters& layer : layers) {
        float* own = layer.values->host();
        const auto size = static_cast<std::size_t>(layer.values->size());
        std::copy(next, next + size, own);
        if (layer.linear) {
            const auto inputs = static_cast<std::size_t>(layer.values->num_samples() - 1),
                       outputs = size / (inputs + 1);
            for (std::size_t i = 0; i < inputs; ++i)
                for (std::size_t o = 0; o < outputs; ++o) own[i * outputs + o] = next[o * inputs + i];
        }
        next += size;
    }
    if (next != values.data() + values.size()) throw std::runtime_error("the network has another number of parameters");
}

template <class Net>
struct Session {
    Net net;
    resizable_tensor pixels;
    std::vector<unsigned long> labels;
    std::vector<sgd> solvers;
    std::vector<float> initial;
};

template <class Net>
peers::Workload make(bool training, const peers::Material& material) {
    auto session = std::make_shared<Session<Net>>();
    auto& own = *session;
    own.labels.assign(material.labels.begin(), material.labels.end());
    own.initial = material.parameters;
    std::vector<matrix<float>> images;
    for (int n = 0; n < material.batch; ++n)
        images.push_back(reshape(mat(material.pixels.data() + 784 * n, 784), 28, 28));
    own.net.to_tensor(images.begin(), images.end(), own.pixels);
    own.solvers.assign(own.net.num_computational_layers, sgd(0.0f, 0.0f));
    own.net.subnet().forward(own.pixels);  // allocates the parameters
    peers::Workload workload;
    workload.reset = [session] { set_parameters(session->net, session->initial); };
    workload.reset();
    if (training) {
        workload.step = [session] {
            const double loss = session->net.compute_parameter_gradients(session->pixels, session->labels.begin());
            session->net.update_parameters(make_sstack(session->solvers), peers::learning_rate);
            return loss;
        };
    } else {
        workload.infer = [session] { session->net.subnet().forward(session->pixels).host(); };
        workload.output = [session] {
            const tensor& output = session->net.subnet().get_output();
            return std::vector<float>(output.host(), output.host() + output.size());
        };
    }
    return workload;
}

peers::Workload make_by_name(const std::string& net, bool training, const peers::Material& material) {
    if (net == "mlp") return make<Mlp>(training, material);
    if (net == "lenet") return make<LeNet>(training, material);
    if (net == "lenet_relu") return make<LeNetReLU>(training, material);
    if (net == "vgg") return make<Vgg>(training, material);
    throw std::invalid_argument("no network '" + net + "'");
}

}  // namespace

int main(int argc, char** argv) {
    return peers::serve(argc, argv, "dlib 19.24", make_by_name);
}
