#pragma once

#include <cstddef>
#include <cstdint>
#include <cublasLt.h>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <tenet/core/precision.hpp>

namespace TENET_NAMESPACE::cuda {

/// Throws std::runtime_error that says what was asked of cuBLASLt and what it answered.
inline void check(cublasStatus_t answer, const char* asked) {
    if (answer != CUBLAS_STATUS_SUCCESS)
        throw std::runtime_error(std::string("cuBLASLt: ") + asked + ": " + cublasLtGetStatusString(answer));
}

/// A matrix [rows][columns] of rows that lie `stride` numbers apart, or, if `transposed`, its transpose.
template <class Number>
struct BlasMatrix {
    Number* data = nullptr;
    std::int64_t stride = 0;
    bool transposed = false;
};

/// What is done to a product before it is stored: nothing, + bias, or max(0, + bias); a bias has a number for each column.
enum class BlasEpilogue { none, bias, relu_bias };

/// Large products by cuBLASLt, d = a b or d += a b. What it needs to know of a product is made out once, with the
/// algorithm, and kept: the same extents run by the same algorithm as long as the program does.
template <class Precision>
class Blas {
    using Storage = typename Precision::Storage;

  public:
    /// Floats of workspace that a product may take.
    TENET_LOCAL static constexpr std::int64_t workspace_floats = 8 << 20;

    Blas() = default;
    Blas(const Blas&) = delete;
    Blas& operator=(const Blas&) = delete;
    ~Blas() {
        for (const Plan& plan : plans_) {
            cublasLtMatrixLayoutDestroy(plan.a);
            cublasLtMatrixLayoutDestroy(plan.b);
            cublasLtMatrixLayoutDestroy(plan.d);
            cublasLtMatmulDescDestroy(plan.operation);
        }
        if (handle_) cublasLtDestroy(handle_);
    }

    /// Whether there was an algorithm: d [m][n] = a [m][k] times b [k][n], as launches on the stream.
    template <class Number>
    bool multiply(cudaStream_t stream, std::int64_t m, std::int64_t n, std::int64_t k, const BlasMatrix<Storage>& a,
                  const BlasMatrix<Storage>& b, const BlasMatrix<Number>& d, bool add, BlasEpilogue epilogue,
                  const Storage* bias, float* workspace) {
        const Key key{m,
                      n,
                      k,
                      a.stride,
                      b.stride,
                      d.stride,
                      alignment(a.data),
                      alignment(b.data),
                      alignment(d.data),
                      a.transposed,
                      b.transposed,
                      std::is_same_v<Number, float>,
                      epilogue};
        const Plan& plan = plan_of(key, bias);
        if (!plan.found) return false;
        place_bias(plan, bias);
        const float one = 1.0f, of_d = add ? 1.0f : 0.0f;
        // It counts columns where tenet counts rows: d^T = b^T a^T.
        check(cublasLtMatmul(handle_, plan.operation, &one, b.data, plan.b, a.data, plan.a, &of_d, d.data, plan.d, d.data,
                             plan.d, &plan.algorithm, workspace, workspace_floats * sizeof(float), stream),
              "multiply");
        return true;
    }

  private:
    struct Key {
        std::int64_t m, n, k, a_stride, b_stride, d_stride;
        std::uint32_t a_alignment, b_alignment, d_alignment;
        bool a_transposed, b_transposed, floats;
        BlasEpilogue epilogue;

        bool operator==(const Key&) const = default;
    };
    struct Plan {
        Key key;
        bool found = false;
        cublasLtMatmulDesc_t operation = nullptr;
        cublasLtMatrixLayout_t a = nullptr, b = nullptr, d = nullptr;
        cublasLtMatmulAlgo_t algorithm{};
    };

    TENET_LOCAL static constexpr cudaDataType_t stored = std::is_same_v<Storage, bfloat16>  ? CUDA_R_16BF
                                             : std::is_same_v<Storage, float16> ? CUDA_R_16F
                                                                                : CUDA_R_32F;
    TENET_LOCAL static constexpr cublasComputeType_t compute =
        std::is_same_v<Precision, TF32> ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;

    static std::uint32_t alignment(const void* data) {
        const auto address = reinterpret_cast<std::uintptr_t>(data) | 256;
        return static_cast<std::uint32_t>(address & (~address + 1));
    }

    static void place_bias(const Plan& plan, const Storage* bias) {
        if (plan.key.epilogue != BlasEpilogue::none)
            check(cublasLtMatmulDescSetAttribute(plan.operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias),
                  "place a bias");
    }

    const Plan& plan_of(const Key& key, const Storage* bias) {
        for (const Plan& plan : plans_)
            if (plan.key == key) return plan;
        if (!handle_) check(cublasLtCreate(&handle_), "begin");
        plans_.push_back(make_plan(key, bias));
        return plans_.back();
    }

    Plan make_plan(const Key& key, const Storage* bias) const {
        Plan plan{key};
        check(cublasLtMatmulDescCreate(&plan.operation, compute, CUDA_R_32F), "describe a product");
        const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const auto& value) {
            check(cublasLtMatmulDescSetAttribute(plan.operation, attribute, &value, sizeof value), "describe a product");
        };
        set(CUBLASLT_MATMUL_DESC_TRANSA, key.b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
        set(CUBLASLT_MATMUL_DESC_TRANSB, key.a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
        set(CUBLASLT_MATMUL_DESC_EPILOGUE, key.epilogue == BlasEpilogue::none   ? CUBLASLT_EPILOGUE_DEFAULT
                                           : key.epilogue == BlasEpilogue::bias ? CUBLASLT_EPILOGUE_BIAS
                                                                                : CUBLASLT_EPILOGUE_RELU_BIAS);
        const auto layout = [&](cublasLtMatrixLayout_t& to, cudaDataType_t type, std::int64_t rows, std::int64_t columns,
                                bool transposed, std::int64_t stride) {
            check(cublasLtMatrixLayoutCreate(&to, type, static_cast<std::uint64_t>(transposed ? rows : columns),
                                             static_cast<std::uint64_t>(transposed ? columns : rows), stride),
                  "describe a matrix");
        };
        layout(plan.a, stored, key.m, key.k, key.a_transposed, key.a_stride);
        layout(plan.b, stored, key.k, key.n, key.b_transposed, key.b_stride);
        layout(plan.d, key.floats ? CUDA_R_32F : stored, key.m, key.n, false, key.d_stride);
        place_bias(plan, bias);  // as its alignment counts
        plan.found = choose_algorithm(plan);
        return plan;
    }

    bool choose_algorithm(Plan& plan) const {
        cublasLtMatmulPreference_t preference = nullptr;
        check(cublasLtMatmulPreferenceCreate(&preference), "prefer an algorithm");
        const auto set = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) {
            check(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value),
                  "prefer an algorithm");
        };
        set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, std::uint64_t{workspace_floats * sizeof(float)});
        set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, plan.key.b_alignment);
        set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, plan.key.a_alignment);
        set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, plan.key.d_alignment);
        set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, plan.key.d_alignment);
        cublasLtMatmulHeuristicResult_t result{};
        int found = 0;
        const cublasStatus_t answer = cublasLtMatmulAlgoGetHeuristic(handle_, plan.operation, plan.b, plan.a, plan.d,
                                                                     plan.d, preference, 1, &result, &found);
        cublasLtMatmulPreferenceDestroy(preference);
        if (answer != CUBLAS_STATUS_NOT_SUPPORTED) check(answer, "choose an algorithm");
        plan.algorithm = result.algo;
        return found > 0;
    }

    cublasLtHandle_t handle_ = nullptr;
    std::vector<Plan> plans_;
};

}  // namespace tenet::cuda
