#pragma once

#include <string>
#include <vector>

#include <tenet/tenet.hpp>

/// What a user's program instantiates of tenet: training, inference, files.
namespace tenet::testing {

template <class Net, class Set, class Loss, class Rule>
bool use(const Set& set, const Loss& loss, const Rule& rule, const std::string& folder) {
    Model<Net> model{Seed{1}}, again{Seed{2}};
    Trainer trainer{model, loss, rule};
    const History history = trainer.fit(set, {.epochs = 1, .batch_size = 4, .validation = &set});
    io::save(trainer, folder + "run.safetensors");
    io::save(model, folder + "model.safetensors");
    Trainer resumed{again, loss, rule};
    io::load(resumed, folder + "run.safetensors");
    io::load(again, folder + "model.safetensors");

    const std::vector<float> inputs(static_cast<std::size_t>(Net::input_shape.count()) * 5, 0.5f);
    std::vector<float> one(static_cast<std::size_t>(Net::output_shape.count()) * 5), all = one;
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
    again.forward(inputs, one, workspace);
    model.forward(inputs, all, workspaces);
    const EvalModel eval{model};
    Workspace<EvalNetwork<Net>> eval_workspace;
    std::vector<float> evaluated = one;
    eval.forward(inputs, evaluated, eval_workspace);
    history.write_csv(folder + "history.csv");
    return one == all && History::read_csv(folder + "history.csv").epochs.size() == 1;
}

template <class Net>
bool use_with_numbers(const std::string& folder) {
    const std::vector<float> inputs(static_cast<std::size_t>(Net::input_shape.count()) * 10, 0.5f);
    const std::vector<float> targets(static_cast<std::size_t>(Net::output_shape.count()) * 10, 1.0f);
    return use<Net>(data::Dataset<float, float>{Net::input_shape, inputs, Net::output_shape, targets}, MSE{}, AdamW{},
                    folder);
}

}  // namespace tenet::testing
