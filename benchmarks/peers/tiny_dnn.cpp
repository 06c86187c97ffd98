// tiny-dnn (its last state) on its AVX kernels and TBB, as a worker for compare.py. It does not compile as C++20.

#include <oneapi/tbb/global_control.h>
#include <tbb/tbb.h>

namespace tbb {
struct task_scheduler_init {  // all that oneTBB does not have any more
    static constexpr int automatic = -1;
    explicit task_scheduler_init(int) {}
};
}  // namespace tbb

#define CNN_USE_TBB
#define CNN_USE_AVX  // CNN_USE_AVX2 does not compile with g++
#include <tiny_dnn/tiny_dnn.h>

#include <memory>

#include "worker.hpp"

namespace {

using namespace tiny_dnn;

struct Session {
    network<sequential> net;
    std::vector<vec_t> pixels;
    std::vector<tensor_t> batch;  // the same
    std::vector<label_t> labels;
    std::vector<float> initial;
    gradient_descent solver;
};

template <class Activation, bool Average>
void add_lenet(network<sequential>& net) {
    const auto pool = [&](size_t size, size_t channels) {
        if (Average) {
            average_pooling_layer layer(size, size, channels, 2);
            layer.set_trainable(false);  // its scale and bias, which others do not have
            net << std::move(layer);
        } else {
            net << max_pooling_layer(size, size, channels, 2);
        }
    };
    net << convolutional_layer(28, 28, 5, 1, 6, padding::same) << Activation();
    pool(28, 6);
    net << convolutional_layer(14, 14, 5, 6, 16) << Activation();
    pool(10, 16);
    net << fully_connected_layer(400, 120) << Activation() << fully_connected_layer(120, 84) << Activation()
        << fully_connected_layer(84, 10);
}

void build(network<sequential>& net, const std::string& name) {
    if (name == "mlp")
        net << fully_connected_layer(784, 256) << relu_layer() << fully_connected_layer(256, 10);
    else if (name == "lenet")
        add_lenet<sigmoid_layer, true>(net);
    else if (name == "lenet_relu")
        add_lenet<relu_layer, false>(net);
    else if (name == "vgg")
        throw std::invalid_argument("its 3x3 convolutions have no AVX kernel: a step of 256 takes half a minute");
    else
        throw std::invalid_argument("no network '" + name + "'");
}

/// PyTorch keeps a linear layer's weight as [outputs][inputs], tiny-dnn transposed.
void set_parameters(network<sequential>& net, const std::vector<float>& values) {
    const float* next = values.data();
    for (size_t l = 0; l < net.layer_size(); ++l) {
        if (!net[l]->trainable() && net[l]->weights().size() == 2) {
            std::fill(net[l]->weights()[0]->begin(), net[l]->weights()[0]->end(), 1.f);
            std::fill(net[l]->weights()[1]->begin(), net[l]->weights()[1]->end(), 0.f);
            continue;
        }
        const bool linear = net[l]->layer_type() == "fully-connected";
        for (vec_t* own : net[l]->weights()) {
            std::copy_n(next, own->size(), own->begin());
            const size_t inputs = net[l]->in_data_size(), outputs = net[l]->out_data_size();
            if (linear && own->size() == inputs * outputs)
                for (size_t i = 0; i < inputs; ++i)
                    for (size_t o = 0; o < outputs; ++o) (*own)[i * outputs + o] = next[o * inputs + i];
            next += own->size();
        }
    }
    if (next != values.data() + values.size()) throw std::runtime_error("the network has another number of parameters");
}

peers::Workload make(const std::string& name, bool training, const peers::Material& material) {
    auto session = std::make_shared<Session>();
    build(session->net, name);
    if (training) session->net << softmax_layer();
    session->net.init_weight();
    session->initial = material.parameters;
    session->labels.assign(material.labels.begin(), material.labels.end());
    session->solver.alpha = static_cast<float>(peers::learning_rate / material.batch);  // it sums gradients
    const size_t features = material.pixels.size() / material.labels.size();
    for (size_t n = 0; n < session->labels.size(); ++n) {
        const float* first = material.pixels.data() + n * features;
        session->pixels.push_back(vec_t(first, first + features));
        session->batch.push_back({session->pixels.back()});
    }
    peers::Workload workload;
    workload.reset = [session] { set_parameters(session->net, session->initial); };
    workload.reset();
    if (training) {
        workload.step = [session] {
            Session& s = *session;
            s.net.train<cross_entropy_multiclass>(s.solver, s.pixels, s.labels, s.pixels.size(), 1);
            std::vector<const tensor_t*> probabilities;  // of the forward pass before the update
            s.net[s.net.layer_size() - 1]->output(probabilities);
            double loss = 0;
            for (size_t n = 0; n < s.labels.size(); ++n) loss -= std::log(probabilities[0]->at(n)[s.labels[n]]);
            return loss / static_cast<double>(s.labels.size());
        };
    } else {
        session->net.set_netphase(net_phase::test);
        const auto outputs = std::make_shared<std::vector<tensor_t>>();
        workload.infer = [=] { *outputs = session->net.predict(session->batch); };
        workload.output = [=] {
            std::vector<float> numbers;
            for (const tensor_t& output : *outputs) numbers.insert(numbers.end(), output[0].begin(), output[0].end());
            return numbers;
        };
    }
    return workload;
}

}  // namespace

int main(int argc, char** argv) {
    std::unique_ptr<oneapi::tbb::global_control> threads;
    return peers::serve(argc, argv, "tiny-dnn", make, [&](int count) {
        threads = std::make_unique<oneapi::tbb::global_control>(oneapi::tbb::global_control::max_allowed_parallelism,
                                                                static_cast<std::size_t>(count));
    });
}
