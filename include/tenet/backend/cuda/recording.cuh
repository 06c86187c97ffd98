#pragma once

#include <utility>

#include <tenet/backend/cuda/error.cuh>

namespace TENET_NAMESPACE::cuda {

namespace detail {

/// The end of a loop's body: it runs again as long as turns are left.
template <class Turns>  // a template, as a header's kernels have to be
__global__ void count_turn(Turns* left, cudaGraphConditionalHandle loop) {
    cudaGraphSetConditional(loop, --*left > 0);
}

/// A graph that can be launched.
class Graph {
  public:
    Graph() = default;
    explicit Graph(cudaGraph_t graph) {
        const cudaError_t answer = cudaGraphInstantiate(&executable_, graph, 0);
        cudaGraphDestroy(graph);
        check(answer, "instantiate a graph");
    }
    Graph(Graph&& other) noexcept : executable_(std::exchange(other.executable_, nullptr)) {}
    Graph& operator=(Graph&& other) noexcept {
        std::swap(executable_, other.executable_);
        return *this;
    }
    ~Graph() {
        if (executable_) cudaGraphExecDestroy(executable_);
    }
    explicit operator bool() const { return executable_ != nullptr; }
    void launch(cudaStream_t stream) const { check(cudaGraphLaunch(executable_, stream), "launch a graph"); }

  private:
    cudaGraphExec_t executable_ = nullptr;
};

}  // namespace detail

/// Launches recorded once and launched as one, by the turn or many turns at a time: a loop on the device, for which the
/// host does nothing between the first turn and the last. A driver that knows no loops is given turn after turn.
class Recording {
  public:
    Recording() = default;
    Recording(Recording&& other) noexcept { *this = std::move(other); }
    Recording& operator=(Recording&& other) noexcept {
        std::swap(step_, other.step_);
        std::swap(loop_, other.loop_);
        std::swap(left_, other.left_);
        std::swap(warm_, other.warm_);
        std::swap(loops_, other.loops_);
        return *this;
    }
    ~Recording() { cudaFree(left_); }

    /// Runs the launches of `steps()` so many times. The first turn launches by itself, which loads the kernels.
    template <class Steps>
    void run(cudaStream_t stream, const Steps& steps, int turns) {
        if (!warm_) {
            steps();
            warm_ = true;
            --turns;
        }
        if (turns > 1 && loops_ && !loop_) record_loop(stream, steps);
        if (turns > 1 && loop_) {
            check(cudaMemcpyAsync(left_, &turns, sizeof(int), cudaMemcpyHostToDevice, stream), "count the turns");
            return loop_.launch(stream);
        }
        if (turns > 0 && !step_) {
            check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "begin to record");
            step_ = detail::Graph(end_capture(stream, steps));
        }
        for (; turns > 0; --turns) step_.launch(stream);
    }

  private:
    /// What `steps` launches while the stream records.
    template <class Steps>
    static cudaGraph_t end_capture(cudaStream_t stream, const Steps& steps) {
        cudaGraph_t graph = nullptr;
        try {
            steps();
        } catch (...) {
            cudaStreamEndCapture(stream, &graph);
            throw;
        }
        check(cudaStreamEndCapture(stream, &graph), "record");
        return graph;
    }

    template <class Steps>
    void record_loop(cudaStream_t stream, const Steps& steps) {
        if (!left_) check(cudaMalloc(reinterpret_cast<void**>(&left_), sizeof(int)), "allocate a counter");
        cudaGraph_t graph = nullptr;
        check(cudaGraphCreate(&graph, 0), "make a graph");
        cudaGraphConditionalHandle loop;
        cudaGraphNodeParams node{};
        node.type = cudaGraphNodeTypeConditional;
        node.conditional.type = cudaGraphCondTypeWhile;
        node.conditional.size = 1;
        cudaError_t answer = cudaGraphConditionalHandleCreate(&loop, graph, 1, cudaGraphCondAssignDefault);
        node.conditional.handle = loop;
        cudaGraphNode_t added;
        if (answer == cudaSuccess) answer = cudaGraphAddNode(&added, graph, nullptr, nullptr, 0, &node);
        if (answer != cudaSuccess) {
            cudaGetLastError();
            cudaGraphDestroy(graph);
            loops_ = false;
            return;
        }
        check(cudaStreamBeginCaptureToGraph(stream, node.conditional.phGraph_out[0], nullptr, nullptr, 0,
                                            cudaStreamCaptureModeThreadLocal),
              "begin to record a loop");
        end_capture(stream, [&] {
            steps();
            detail::count_turn<<<1, 1, 0, stream>>>(left_, loop);
        });
        loop_ = detail::Graph(graph);
    }

    detail::Graph step_, loop_;
    int* left_ = nullptr;  // turns, in the device's memory
    bool warm_ = false, loops_ = true;
};

}  // namespace tenet::cuda
