#pragma once

#include <cudnn.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <tenet/core/precision.hpp>
#include <tenet/operations/convolution.hpp>

// Its functions for one convolution at a time are marked as old; what is to follow them plans whole graphs.
#pragma nv_diag_suppress 1444
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace TENET_NAMESPACE::cuda {

/// Throws std::runtime_error that says what was asked of cuDNN and what it answered.
inline void check(cudnnStatus_t answer, const char* asked) {
    if (answer != CUDNN_STATUS_SUCCESS)
        throw std::runtime_error(std::string("cuDNN: ") + asked + ": " + cudnnGetErrorString(answer));
}

/// The three products of a convolution by cuDNN, of those algorithms that give the same bits every time. What it needs to
/// know of a convolution is made out once, with the algorithms, and kept.
template <class Precision>
class Cudnn {
    using Storage = typename Precision::Storage;

  public:
    TENET_LOCAL static constexpr std::size_t workspace_bytes = std::size_t{64} << 20;

    /// A convolution of so many samples, whose inputs and outputs lie so many numbers apart.
    struct Key {
        operations::Convolution op;
        std::int64_t samples, in_stride, out_stride;

        bool operator==(const Key& other) const {
            const auto same = [](const int (&a)[3], const int (&b)[3]) {
                return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
            };
            const operations::Convolution &a = op, &b = other.op;
            return samples == other.samples && in_stride == other.in_stride && out_stride == other.out_stride &&
                   a.in_channels == b.in_channels && a.out_channels == b.out_channels && a.groups == b.groups &&
                   same(a.in, b.in) && same(a.kernel, b.kernel) && same(a.stride, b.stride) &&
                   same(a.padding, b.padding) && same(a.dilation, b.dilation);
        }
    };

    Cudnn() = default;
    Cudnn(const Cudnn&) = delete;
    Cudnn& operator=(const Cudnn&) = delete;
    ~Cudnn() {
        for (const Plan& plan : plans_) {
            cudnnDestroyTensorDescriptor(plan.x);
            cudnnDestroyTensorDescriptor(plan.y);
            cudnnDestroyFilterDescriptor(plan.w);
            cudnnDestroyConvolutionDescriptor(plan.convolution);
        }
        if (handle_) cudnnDestroy(handle_);
    }

    /// y = w * x; dx = or += the gradient by x; dw = that by w. False if cuDNN has no algorithm for it.
    bool forward(cudaStream_t stream, const Key& key, const Storage* x, const Storage* w, Storage* y, void* workspace) {
        const Plan& plan = plan_of(stream, key);
        if (!plan.has_forward) return false;
        check(cudnnConvolutionForward(handle_, &one, plan.x, x, plan.w, w, plan.convolution, plan.forward, workspace,
                                      workspace_bytes, &zero, plan.y, y),
              "convolve");
        return true;
    }
    bool data_gradient(cudaStream_t stream, const Key& key, const Storage* w, const Storage* dy, Storage* dx, bool add,
                       void* workspace) {
        const Plan& plan = plan_of(stream, key);
        if (!plan.has_data) return false;
        check(cudnnConvolutionBackwardData(handle_, &one, plan.w, w, plan.y, dy, plan.convolution, plan.data, workspace,
                                           workspace_bytes, add ? &one : &zero, plan.x, dx),
              "take the gradient by a convolution's input");
        return true;
    }
    bool weight_gradient(cudaStream_t stream, const Key& key, const Storage* x, const Storage* dy, Storage* dw,
                         void* workspace) {
        const Plan& plan = plan_of(stream, key);
        if (!plan.has_weight) return false;
        check(cudnnConvolutionBackwardFilter(handle_, &one, plan.x, x, plan.y, dy, plan.convolution, plan.weight,
                                             workspace, workspace_bytes, &zero, plan.w, dw),
              "take the gradient by a convolution's weight");
        return true;
    }

  private:
    struct Plan {
        Key key;
        cudnnTensorDescriptor_t x = nullptr, y = nullptr;
        cudnnFilterDescriptor_t w = nullptr;
        cudnnConvolutionDescriptor_t convolution = nullptr;
        cudnnConvolutionFwdAlgo_t forward{};
        cudnnConvolutionBwdDataAlgo_t data{};
        cudnnConvolutionBwdFilterAlgo_t weight{};
        bool has_forward = false, has_data = false, has_weight = false;
    };

    TENET_LOCAL static constexpr cudnnDataType_t stored = std::is_same_v<Storage, bfloat16>  ? CUDNN_DATA_BFLOAT16
                                              : std::is_same_v<Storage, float16> ? CUDNN_DATA_HALF
                                                                                 : CUDNN_DATA_FLOAT;
    TENET_LOCAL static constexpr float one = 1.0f, zero = 0.0f;

    const Plan& plan_of(cudaStream_t stream, const Key& key) {
        if (!handle_) check(cudnnCreate(&handle_), "begin");
        check(cudnnSetStream(handle_, stream), "choose a stream");
        for (const Plan& plan : plans_)
            if (plan.key == key) return plan;
        plans_.push_back(make_plan(key));
        return plans_.back();
    }

    Plan make_plan(const Key& key) const {
        const operations::Convolution& op = key.op;
        Plan plan{key};
        // Flat images have four extents, others five.
        const int first = op.in[0] == 1 && op.kernel[0] == 1 && op.padding[0] == 0 ? 1 : 0, rank = 5 - first;
        const auto tensor = [&](cudnnTensorDescriptor_t& to, int channels, const int (&extents)[3], std::int64_t stride) {
            int dims[5]{static_cast<int>(key.samples), channels}, strides[5]{static_cast<int>(stride)};
            int numbers = 1;
            for (int i = rank - 1; i >= 2; --i) {
                dims[i] = extents[i - 2 + first];
                strides[i] = numbers;
                numbers *= dims[i];
            }
            strides[1] = numbers;
            check(cudnnCreateTensorDescriptor(&to), "describe a tensor");
            check(cudnnSetTensorNdDescriptor(to, stored, rank, dims, strides), "describe a tensor");
        };
        tensor(plan.x, op.in_channels, op.in, key.in_stride);
        tensor(plan.y, op.out_channels, op.out, key.out_stride);
        int kernel[5]{op.out_channels, op.group_in_channels()};
        for (int i = 2; i < rank; ++i) kernel[i] = op.kernel[i - 2 + first];
        check(cudnnCreateFilterDescriptor(&plan.w), "describe a weight");
        check(cudnnSetFilterNdDescriptor(plan.w, stored, CUDNN_TENSOR_NCHW, rank, kernel), "describe a weight");
        check(cudnnCreateConvolutionDescriptor(&plan.convolution), "describe a convolution");
        check(cudnnSetConvolutionNdDescriptor(plan.convolution, rank - 2, op.padding + first, op.stride + first,
                                              op.dilation + first, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
              "describe a convolution");
        check(cudnnSetConvolutionGroupCount(plan.convolution, op.groups), "describe a convolution");
        check(cudnnSetConvolutionMathType(plan.convolution, std::is_same_v<Precision, FP32> ? CUDNN_FMA_MATH
                                                                                            : CUDNN_TENSOR_OP_MATH),
              "describe a convolution");
        plan.has_forward = choose<cudnnConvolutionFwdAlgoPerf_t>(plan.forward, [&](int most, int* found, auto* list) {
            return cudnnGetConvolutionForwardAlgorithm_v7(handle_, plan.x, plan.w, plan.convolution, plan.y, most, found,
                                                          list);
        });
        plan.has_data = choose<cudnnConvolutionBwdDataAlgoPerf_t>(plan.data, [&](int most, int* found, auto* list) {
            return cudnnGetConvolutionBackwardDataAlgorithm_v7(handle_, plan.w, plan.y, plan.convolution, plan.x, most,
                                                               found, list);
        });
        plan.has_weight = choose<cudnnConvolutionBwdFilterAlgoPerf_t>(plan.weight, [&](int most, int* found, auto* list) {
            return cudnnGetConvolutionBackwardFilterAlgorithm_v7(handle_, plan.x, plan.y, plan.convolution, plan.w, most,
                                                                 found, list);
        });
        return plan;
    }

    /// The first of what cuDNN proposes that gives the same bits every time and fits the workspace.
    template <class Proposal, class Algorithm, class Propose>
    static bool choose(Algorithm& algorithm, const Propose& propose) {
        constexpr int most = 8;
        Proposal list[most];
        int found = 0;
        if (propose(most, &found, list) != CUDNN_STATUS_SUCCESS) return false;
        for (int i = 0; i < found; ++i)
            if (list[i].status == CUDNN_STATUS_SUCCESS && list[i].determinism == CUDNN_DETERMINISTIC &&
                list[i].memory <= workspace_bytes) {
                algorithm = list[i].algo;
                return true;
            }
        return false;
    }

    cudnnHandle_t handle_ = nullptr;
    std::vector<Plan> plans_;
};

}  // namespace tenet::cuda

#pragma GCC diagnostic pop
#pragma nv_diag_default 1444
