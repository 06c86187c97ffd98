#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "program.cuh"

namespace tenet::benchmarks {

/// Numbers in the memory of the device.
template <class Number>
class DeviceArray {
  public:
    explicit DeviceArray(std::int64_t count) {
        cuda::check(cudaMalloc(reinterpret_cast<void**>(&data_), static_cast<std::size_t>(count) * sizeof(Number)), "allocate");
    }
    explicit DeviceArray(const std::vector<Number>& numbers) : DeviceArray(static_cast<std::int64_t>(numbers.size())) {
        cuda::check(cudaMemcpy(data_, numbers.data(), numbers.size() * sizeof(Number), cudaMemcpyHostToDevice), "copy");
        cuda::check(cudaDeviceSynchronize(), "copy");  // streams that wait for no other would begin before
    }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;
    ~DeviceArray() { cudaFree(data_); }

    Number* data() const { return data_; }
    std::vector<Number> first(std::int64_t count) const {
        std::vector<Number> numbers(static_cast<std::size_t>(count));
        cuda::check(cudaMemcpy(numbers.data(), data_, numbers.size() * sizeof(Number), cudaMemcpyDeviceToHost), "copy");
        return numbers;
    }

  private:
    Number* data_ = nullptr;
};

/// What calls() launch on a stream, recorded as one graph.
class RecordedCalls {
  public:
    template <class Calls>
    RecordedCalls(cudaStream_t stream, const Calls& calls) : stream_(stream) {
        cudaGraph_t graph = nullptr;
        cuda::check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "begin to record");
        calls();
        cuda::check(cudaStreamEndCapture(stream, &graph), "record");
        cuda::check(cudaGraphGetNodes(graph, nullptr, &count_), "count the launches");
        const cudaError_t answer = cudaGraphInstantiate(&executable_, graph, 0);
        cudaGraphDestroy(graph);
        cuda::check(answer, "instantiate a graph");
    }
    RecordedCalls(const RecordedCalls&) = delete;
    RecordedCalls& operator=(const RecordedCalls&) = delete;
    ~RecordedCalls() { cudaGraphExecDestroy(executable_); }

    void launch() const { cuda::check(cudaGraphLaunch(executable_, stream_), "launch a graph"); }
    int count() const { return static_cast<int>(count_); }

  private:
    cudaStream_t stream_;
    cudaGraphExec_t executable_ = nullptr;
    std::size_t count_ = 0;
};

class Event {
  public:
    Event() { cuda::check(cudaEventCreate(&event_), "make an event"); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { cudaEventDestroy(event_); }
    void record(cudaStream_t stream) const { cuda::check(cudaEventRecord(event_, stream), "record an event"); }
    double microseconds_since(const Event& begin) const {
        cuda::check(cudaEventSynchronize(event_), "wait for an event");
        float milliseconds = 0.0f;
        cuda::check(cudaEventElapsedTime(&milliseconds, begin.event_, event_), "read an event");
        return milliseconds * 1e3;
    }

  private:
    cudaEvent_t event_ = nullptr;
};

/// Microseconds on the device of one call: the median of nine rounds, each as many calls as take 20 ms.
template <class Call>
double median_microseconds(cudaStream_t stream, const Call& call) {
    const Event begin, end;
    const auto round = [&](int calls) {
        begin.record(stream);
        for (int i = 0; i < calls; ++i) call();
        end.record(stream);
        return end.microseconds_since(begin) / calls;
    };
    round(3);
    const int calls = static_cast<int>(std::clamp(20000.0 / std::max(round(3), 1.0), 1.0, 10000.0));
    std::vector<double> rounds;
    for (int i = 0; i < 9; ++i) rounds.push_back(round(calls));
    std::nth_element(rounds.begin(), rounds.begin() + 4, rounds.end());
    return rounds[4];
}

}  // namespace tenet::benchmarks
