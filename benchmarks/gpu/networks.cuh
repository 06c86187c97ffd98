#pragma once

#include "fused.cuh"

/// One program for each: nvcc takes most of a minute for a network. pytorch.py times the same under the same names.
namespace tenet::benchmarks {

template <class Precision>
int time_mlp() {
    using Net = Network<Input<784>, Linear<256>, ReLU, Linear<10>>;
    return on_gpu([] {
        for (const int batch : {256, 65536}) time_training<Precision, Net>("mlp", batch);
        for (const int batch : {256, 65536}) time_inference<Precision, Net>("mlp", batch);
        return 0;
    });
}

template <class Precision>
int time_fused() {
    return on_gpu([] {
        time_training<Precision, FusedNetwork, MSE>("fused", 1 << 18);
        time_inference<Precision, FusedNetwork>("fused", 1 << 18);
        FusedKernels<Precision>{}.time();
        return 0;
    });
}

template <class Precision>
int time_lenet() {
    using Net = models::LeNetReLU<>;
    return on_gpu([] {
        time_training<Precision, Net>("lenet_relu", 256);
        for (const int batch : {1, 256}) time_inference<Precision, Net>("lenet_relu", batch);
        return 0;
    });
}

template <class Precision>
int time_resnet18() {
    using Net = models::ResNet18<Input<3, 32, 32>>;
    return on_gpu([] {
        time_training<Precision, Net>("resnet18", 128);
        time_inference<Precision, Net>("resnet18", 128);
        return 0;
    });
}

}  // namespace tenet::benchmarks
