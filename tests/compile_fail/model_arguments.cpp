// expect: Model: a seed is written as Model<Net> model{Seed{42}}
// expect: EvalModel: this model is of another network: EvalModel eval{model} takes any
// expect: copy_parameters: these are models of two different networks
// expect: parameter: it takes a tensor's name, parameter("0.weight"), or its index as parameter<0>(), tensor(i) takes an index that the program computes
// expect: io::save: the path stands behind: io::save(model, "model.safetensors")
// expect: io::save: it takes a Model, an EvalModel or, not const, a Trainer, of a model on a device its to_host()
// expect: io::load: the path stands behind: io::load(model, "model.safetensors")
// expect: io::load: this is const, and loading changes its numbers
// expect: io::load: it takes a Model, an EvalModel or a Trainer that is a variable
// expect: io::load: accept_changes is for a Trainer, which goes on with a saved run, a model takes prefix and finite
// expect: Model: an initializer is called with (std::span<float> values, const TensorInfo& tensor, Generator random)
// lines: 18
#include <tenet/initializers/constant.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/file.hpp>
#include <tenet/model/model.hpp>
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;
using Other = Network<Input<3>, Linear<3>>;

#if defined(REPAIRED)
void use(Model<Net>& model) {
    Model<Net> seeded{Seed{42}};
    copy_parameters(seeded, model);
    model.parameter("0.weight");
    model.parameter<0>();
    model.initialize("0.weight", Constant{1.0f});
    EvalModel eval{model};
    io::save(eval, "model.safetensors");
    io::load(eval, "model.safetensors", {.finite = true});
    io::load(model, std::string{"model.safetensors"});
}
#else
void use(Model<Net>& model, const Model<Other>& other) {
    Model<Net>{42};
    EvalModel<Net>{other};
    copy_parameters(other, model);
    model.parameter(0);
    model.initialize("0.weight", 1.0f);
    io::save("model.safetensors", model);
    io::save(Workspace<Net>{}, "model.safetensors");
    io::load("model.safetensors", model);
    io::load(other, "model.safetensors");
    Workspace<Net> workspace;
    io::load(workspace, "model.safetensors");
    io::load(model, "model.safetensors", {.accept_changes = true});
}
#endif
