// OpenBLAS, by the protocol of kernels.hpp: row-major matrices; a convolution is one product per image with its patches
// as columns (im2col), as Caffe and dlib compute it.

#include <cblas.h>

#include <memory>

#include "kernels.hpp"

namespace {

using peers::Case;
using peers::Direction;

// patches[c][r][s][row][column] = x[c][row + r - padding][column + s - padding]
void to_patches(const Case& c, const float* x, float* patches) {
    const int out = c.out_size();
    for (int channel = 0; channel < c.in_channels; ++channel, x += c.size * c.size)
        for (int r = 0; r < c.kernel; ++r)
            for (int s = 0; s < c.kernel; ++s)
                for (int row = 0; row < out; ++row, patches += out) {
                    const int from = row + r - c.padding, shift = s - c.padding;
                    const int begin = std::clamp(-shift, 0, out), end = std::clamp(c.size - shift, begin, out);
                    if (from < 0 || from >= c.size) {
                        std::fill_n(patches, out, 0.f);
                        continue;
                    }
                    std::fill(patches, patches + begin, 0.f);
                    std::copy_n(x + from * c.size + begin + shift, end - begin, patches + begin);
                    std::fill(patches + end, patches + out, 0.f);
                }
}

void add_patches(const Case& c, const float* patches, float* x) {
    const int out = c.out_size();
    std::fill_n(x, c.in_count(), 0.f);
    for (int channel = 0; channel < c.in_channels; ++channel, x += c.size * c.size)
        for (int r = 0; r < c.kernel; ++r)
            for (int s = 0; s < c.kernel; ++s)
                for (int row = 0; row < out; ++row, patches += out) {
                    const int to = row + r - c.padding, shift = s - c.padding;
                    if (to < 0 || to >= c.size) continue;
                    const int begin = std::clamp(-shift, 0, out), end = std::clamp(c.size - shift, begin, out);
                    float* const line = x + to * c.size + shift;
                    for (int i = begin; i < end; ++i) line[i] += patches[i];
                }
}

// result[m][n] = a[m][k] b[k][n], or of their transposes, plus `beta` times what is there.
void multiply(bool transpose_a, bool transpose_b, int m, int n, int k, const float* a, const float* b, float beta,
              float* result) {
    cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, m, n,
                k, 1.f, a, transpose_a ? m : k, b, transpose_b ? k : n, beta, result, n);
}

struct Buffers {
    peers::Operands in;
    std::vector<float> result, patches;
};

peers::Kernel make(const Case& c, const peers::Operands& operands) {
    const auto b = std::make_shared<Buffers>(Buffers{operands, {}, {}});
    const int pixels = c.out_size() * c.out_size(), patch = c.in_channels * c.taps();
    const int ins = c.in_count(), outs = c.out_count();
    b->patches.resize(static_cast<std::size_t>(patch * pixels));
    b->result.resize(c.direction == Direction::weight_gradient
                         ? operands.w.size()
                         : (c.direction == Direction::forward ? operands.dy.size() : operands.x.size()));
    const auto result = [b] { return b->result; };
    const float *const x = b->in.x.data(), *const w = b->in.w.data(), *const dy = b->in.dy.data();
    float *const to = b->result.data(), *const patches = b->patches.data();
    if (!c.convolution) switch (c.direction) {
            case Direction::forward:
                return {[=] { multiply(false, true, c.batch, outs, ins, x, w, 0, to); }, result};
            case Direction::data_gradient:
                return {[=] { multiply(false, false, c.batch, ins, outs, dy, w, 0, to); }, result};
            case Direction::weight_gradient:
                return {[=] { multiply(true, false, outs, ins, c.batch, dy, x, 0, to); }, result};
        }
    return {[=] {
                for (std::ptrdiff_t n = 0; n < c.batch; ++n) switch (c.direction) {
                        case Direction::forward:
                            to_patches(c, x + n * ins, patches);
                            multiply(false, false, c.out_channels, pixels, patch, w, patches, 0, to + n * outs);
                            break;
                        case Direction::data_gradient:
                            multiply(true, false, patch, pixels, c.out_channels, w, dy + n * outs, 0, patches);
                            add_patches(c, patches, to + n * ins);
                            break;
                        case Direction::weight_gradient:
                            to_patches(c, x + n * ins, patches);
                            multiply(false, true, c.out_channels, patch, pixels, dy + n * outs, patches, n > 0, to);
                            break;
                    }
            },
            result};
}

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    const std::string version = openblas_get_config();
    return peers::serve_kernels(argc, argv, version.substr(0, version.find(' ', 9)) + " " + openblas_get_corename(),
                                make);
}
