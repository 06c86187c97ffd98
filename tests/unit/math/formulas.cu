// Every formula in device code and, over the portable lanes, in host code of the same file. Compiling it is the test
// (nvcc -std=c++20, no other flag); on a machine with a GPU it also compares the device's numbers with the host's.
#include <cmath>
#include <cstdio>

#include <tenet/math/activation.hpp>
#include <tenet/math/formula.hpp>
#include <tenet/math/formulas.hpp>

using namespace tenet;

namespace {

using formula::x;
struct Swish {
    template <class T>
    TENET_HOST_DEVICE constexpr T operator()(T at) const {
        return at * sigmoid(at);
    }
};

constexpr int count = 256;

template <class Formula>
__global__ void evaluate(const float* points, float* value, float* derivative) {
    const int i = static_cast<int>(threadIdx.x);
    value[i] = Formula::value(points[i]);
    derivative[i] = Formula::derivative(points[i], value[i]);
}

template <class Formula>
bool check(const char* name) {
    float *points, *value, *derivative;
    cudaMallocManaged(&points, count * sizeof(float));
    cudaMallocManaged(&value, count * sizeof(float));
    cudaMallocManaged(&derivative, count * sizeof(float));
    for (int i = 0; i < count; ++i) points[i] = -10.03f + 20.f * static_cast<float>(i) / count;
    evaluate<Formula><<<1, count>>>(points, value, derivative);
    bool good = cudaDeviceSynchronize() == cudaSuccess;
    for (int i = 0; i < count; i += 4) {
        const auto at = load<Lanes<4>>(points + i);
        const auto y = Formula::value(at);
        const auto slope = Formula::derivative(at, y);
        for (int j = 0; j < 4; ++j)
            good = good && std::fabs(value[i + j] - lane(y, j)) <= 2e-6f * (1 + std::fabs(lane(y, j))) &&
                   std::fabs(derivative[i + j] - lane(slope, j)) <= 2e-6f * (1 + std::fabs(lane(slope, j)));
    }
    if (!good) std::printf("%s differs between device and host\n", name);
    cudaFree(points);
    cudaFree(value);
    cudaFree(derivative);
    return good;
}

}  // namespace

static_assert(math::GELU::derivative(0.f, 0.f) == 0.5f);

int main() {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::printf("no GPU: compiled only\n");
        return 0;
    }
    bool good = true;
#define CHECK(...) good = check<__VA_ARGS__>(#__VA_ARGS__) && good
    CHECK(math::Identity);
    CHECK(math::ReLU);
    CHECK(math::ReLU6);
    CHECK(math::LeakyReLU<>);
    CHECK(math::ELU<>);
    CHECK(math::CELU<2.f>);
    CHECK(math::SELU);
    CHECK(math::GELU);
    CHECK(math::GELUTanh);
    CHECK(math::SiLU);
    CHECK(math::Mish);
    CHECK(math::Sigmoid);
    CHECK(math::LogSigmoid);
    CHECK(math::Tanh);
    CHECK(math::Tanhshrink);
    CHECK(math::HardSigmoid);
    CHECK(math::HardTanh<>);
    CHECK(math::HardSwish);
    CHECK(math::Softplus<>);
    CHECK(math::Softsign);
    CHECK(math::FromCallable<Swish{}>);
    CHECK(math::FromCallable<x * sigmoid(x)>);
    CHECK(math::FromCallable<select(less(x, 0), 0.1f * expm1(x), sqrt(x) + log1p(abs(x)))>);
    return good ? 0 : 1;
}
