#pragma once

#include "timings.cuh"

namespace tenet::benchmarks {

/// 64-(64x5)-16: the network, and the kernels that take it in one launch, by themselves: samples as 16-bit numbers.
using FusedNetwork = Network<Input<64>, Linear<64>, ReLU, Linear<64>, ReLU, Linear<64>, ReLU, Linear<64>, ReLU, Linear<64>, ReLU, Linear<16>>;
using FusedHidden = cuda::FusedLayer<64, math::ReLU>;
using FusedShape = cuda::FusedMLP<64, FusedHidden, FusedHidden, FusedHidden, FusedHidden, FusedHidden,
                                  cuda::FusedLayer<16, math::Identity>>;

struct StoreOutput {
    float* outputs;

    TENET_HOST_DEVICE void operator()(std::int64_t sample, int feature, float value) const { outputs[sample * 16 + feature] = value; }
};

struct StoreGradient {
    float* gradients;

    TENET_HOST_DEVICE void operator()(std::int64_t, std::int64_t, std::int64_t j, float sum) const { gradients[j] = sum; }
};

template <class Precision>
class FusedKernels {
    using Storage = typename Precision::Storage;
    static constexpr std::int64_t batch = 1 << 18;
    static constexpr int batches = 8, in = 64, out = 16;

  public:
    FusedKernels() {
        for (int i = 0; i < FusedShape::layers; ++i) {
            parameters_.weight[i] = model_.data() + FusedNetwork::parameters[2 * i].offset;
            parameters_.bias[i] = model_.data() + FusedNetwork::parameters[2 * i + 1].offset;
        }
    }

    void time() {
        const auto infer = [&](int which) {
            cuda::launch_fused_inference<Precision, FusedShape>(stream(), parameters_, samples(which), batch, StoreOutput{outputs_.data()});
        };
        const auto train = [&](int which) {
            cuda::launch_fused_training<Precision, FusedShape>(
                stream(), parameters_, cuda::FusedBatch<Storage>{samples(which), batch, nullptr, {targets_.data(), out}}, MSE{},
                1.0f / batch, nullptr, partial_.data(), StoreGradient{gradients_.data()});
        };
        const std::int64_t values = FusedNetwork::parameter_count, samples_read = batch * in * std::int64_t{sizeof(Storage)};
        infer(0);
        train(0);
        model_.system().wait();
        print("fused kernel", "infer", infer, FusedNetwork::forward_flops(), samples_read + 4 * (batch * out + values), output_error());
        print("fused kernel", "train", train, FusedNetwork::forward_flops() + FusedNetwork::backward_flops(),
              samples_read + 4 * (batch * out + 2 * values), gradient_error());
    }

  private:
    cudaStream_t stream() { return model_.system().stream(); }
    device::Matrix<Storage> samples(int which) const { return {x_.data() + which * batch * in, in, 1, 0}; }

    static std::vector<Storage> all_samples(const data::Dataset<float, float>& data) {
        std::vector<Storage> numbers;
        for (int which = 0; which < batches; ++which)
            for (std::int64_t i = 0; i < batch * in; ++i) numbers.push_back(Storage(data.input_data(0)[i]));
        return numbers;
    }

    double output_error() {
        std::vector<float> expected(1024 * out);
        Workspaces<FusedNetwork> workspaces;
        on_host_.forward({data_.input_data(0), 1024 * in}, expected, workspaces);
        return testing::relative_error(outputs_.first(1024 * out), expected);
    }
    double gradient_error() {
        Trainer trainer{on_host_, MSE{}, SGD{}};
        BatchBuffer<data::Dataset<float, float>> buffer;
        trainer.compute_gradients(buffer.gather(data_, batch, [](int i) { return i; }));
        std::vector<float> expected;
        for (int i = 0; i < FusedNetwork::parameter_tensor_count; ++i)
            for (const float number : trainer.gradient(i).values) expected.push_back(number);
        return testing::relative_error(gradients_.first(FusedNetwork::parameter_count), expected);
    }

    template <class Call>
    void print(const char* name, const char* mode, const Call& call, std::int64_t flops, std::int64_t bytes, double error) {
        if (!(error <= testing::parity_tolerance<Precision>))
            throw std::runtime_error(std::string(name) + " differs from the CPU: not timed");
        const RecordedCalls all(stream(), [&] {
            for (int which = 0; which < batches; ++which) call(which);
        });
        const double microseconds = median_microseconds(stream(), [&] { all.launch(); }) / batches;
        Timing{name, mode, batch, precision_name<Precision>(), microseconds, all.count() / batches, batch * flops, bytes, error}.print();
    }

    Model<FusedNetwork> on_host_{Seed{1}};
    Model<FusedNetwork, CudaWith<Precision>> model_{on_host_};
    data::Dataset<float, float> data_ = repeated_samples<FusedNetwork, MSE>(batch);
    DeviceArray<Storage> x_{all_samples(data_)};
    DeviceArray<float> targets_{std::vector<float>(data_.target_data(0), data_.target_data(0) + batch * out)};
    DeviceArray<float> outputs_{batch * out}, gradients_{FusedNetwork::parameter_count},
        partial_{cuda::fused_training_scratch<FusedShape>()};
    cuda::FusedParameters<FusedShape::layers> parameters_{};
};

}  // namespace tenet::benchmarks
