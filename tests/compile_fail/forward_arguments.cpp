// expect: forward: the workspace is missing: model.forward(inputs, outputs, workspace), with a Workspace<Net>
// expect: forward: it is model.forward(inputs, outputs, workspace), and fills the outputs
// expect: forward: inputs are floats, and these are of another type
// expect: forward: inputs are an array of floats that knows its size, a std::vector or a std::span
// expect: forward: inputs are an array of floats that knows its size, a std::vector or a std::span
// expect: forward: outputs are floats, and these are of another type
// expect: forward: outputs are written, and these are const or a temporary
// expect: forward: outputs are an array of floats that knows its size, a std::vector or a std::span
// expect: forward: the third argument is a Workspace<Net>, or for all cores a Workspaces<Net>
// expect: forward: the third argument is a Workspace<Net>, or for all cores a Workspaces<Net>
// expect: forward: this workspace is for another network (an EvalModel's is a Workspace<EvalNetwork<Net>>)
// expect: forward: a workspace is a variable that calls use again, not a temporary and not const
#include <vector>

#include <tenet/model/model.hpp>
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;
using Other = Network<Input<3>, Linear<2>, ReLU>;

void infer(const Model<Net>& model, std::vector<float>& inputs, std::vector<float>& outputs) {
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
#if defined(REPAIRED)
    const float constants[3]{};
    model.forward(inputs, outputs, workspace);
    model.forward(inputs, outputs, workspaces);
    model.forward(constants, {outputs.data(), 2}, workspace);
#else
    Workspace<Other> of_another;
    const std::vector<double> doubles(3);
    std::vector<int> integers(2);
    model.forward(inputs, outputs);
    model.forward(inputs);
    model.forward(doubles, outputs, workspace);
    model.forward(inputs.data(), outputs, workspace);
    model.forward(inputs, integers, workspace);
    model.forward(inputs, static_cast<const std::vector<float>&>(outputs), workspaces);
    model.forward(inputs, outputs[0], workspace);
    model.forward(inputs, outputs, inputs);
    model.forward(inputs, outputs, of_another);
    model.forward(inputs, outputs, Workspace<Net>{});
    model.forward({1.0f, 2.0f, 3.0f}, outputs, workspace);
    const auto given = model.forward(inputs, outputs, 3);
#endif
}
