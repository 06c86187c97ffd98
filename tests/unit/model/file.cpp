#define BOOST_TEST_MODULE model_file
#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <tenet/backend/cpu/families.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/file.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/message_of.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

using Net = Network<Input<3>, Linear<4>, Tanh, Named<"head", Sequential<Linear<2, NoBias>, PReLU<>>>>;

std::vector<float> numbers(const Model<Net>& model) {
    return {model.data(), model.data() + model.storage()};
}

/// A tensor as it lies in a file, of any element type.
struct Tensor {
    std::string name;
    io::DataType type = io::DataType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;

    template <class T>
    static Tensor of(std::string name, io::DataType type, std::vector<std::int64_t> shape,
                     const std::vector<T>& values) {
        Tensor tensor{std::move(name), type, std::move(shape), std::vector<std::byte>(values.size() * sizeof(T))};
        std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
        return tensor;
    }
};

void write(const std::string& path, const std::vector<Tensor>& tensors) {
    std::vector<io::TensorView> views;
    for (const Tensor& t : tensors) views.push_back({t.name, t.type, t.shape, t.bytes});
    io::write_safetensors(path, views);
}

Tensor floats(std::string name, std::vector<std::int64_t> shape) {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    return Tensor::of(std::move(name), io::DataType::F32, std::move(shape), std::vector<float>(count, 1.5f));
}

std::vector<Tensor> complete() {
    return {floats("0.weight", {4, 3}), floats("0.bias", {4}), floats("head.0.weight", {2, 4}),
            floats("head.1.weight", {1})};
}

/// What loading the tensors says; the model must be as it was if it says anything.
std::string error_of(const std::vector<Tensor>& tensors, const io::LoadOptions& options = {}) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write(path, tensors);
    Model<Net> model{Seed{4}};
    const std::vector<float> before = numbers(model);
    std::string message = message_of([&] { io::load(model, path, options); });
    if (message == "(nothing was thrown)") return message;
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(message.starts_with(path + ": "), message);
    return message.substr(path.size() + 2);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_saved_is_loaded) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("model.safetensors");
    Model<Net> first{Seed{1}}, second{Seed{2}};
    first.parameter("0.bias")[1] = -0.0f;
    first.parameter("0.bias")[2] = std::bit_cast<float>(0x00000001u);
    first.parameter("0.bias")[3] = std::bit_cast<float>(0x7fc12345u);
    io::save(first, path);
    io::load(second, path);
    first.for_each_parameter([&](NamedTensor<float> tensor) {
        check_identical(std::string(tensor.name), second.parameter(tensor.name), tensor.values);
    });
    BOOST_TEST(folder.entries() == 1);

    // The names and shapes of a state_dict, in its order, and marked as PyTorch's loaders want it.
    const io::TensorFile file = io::read_safetensors(path);
    BOOST_REQUIRE(file.tensors().size() == 4u);
    BOOST_TEST(file.tensors()[0].name == "0.weight");
    BOOST_TEST(file.tensors()[3].name == "head.1.weight");
    BOOST_TEST(file.at("head.0.weight").shape == (std::vector<std::int64_t>{2, 4}));
    BOOST_TEST(file.at("head.1.weight").shape == (std::vector<std::int64_t>{1}));
    BOOST_TEST(file.metadata().at("format") == "pt");
}

BOOST_AUTO_TEST_CASE(saving_again_replaces_the_file) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("model.safetensors");
    Model<Net> model{Seed{1}}, loaded;
    io::save(model, path);
    model.parameter("0.weight")[0] = 42.0f;
    io::save(model, path);
    io::load(loaded, path);
    BOOST_TEST(loaded.parameter("0.weight")[0] == 42.0f);
    BOOST_TEST(folder.entries() == 1);
    BOOST_TEST(contains(message_of([&] { io::save(model, folder.file("none/model")); }), "none/model"));
}

BOOST_AUTO_TEST_CASE(order_does_not_matter) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    std::vector<Tensor> tensors = complete();
    std::swap(tensors[0], tensors[3]);
    write(path, tensors);
    Model<Net> model;
    io::load(model, path);
    for (const float value : model.parameter("0.weight")) BOOST_TEST(value == 1.5f);
    for (const float value : model.parameter("head.1.weight")) BOOST_TEST(value == 1.5f);
}

BOOST_AUTO_TEST_CASE(pytorchs_count_of_batches_is_not_surplus) {
    using Normalised = Network<Input<3>, BatchNorm1d<>>;
    const auto load = [](const std::string& count) {
        const TemporaryDirectory directory;
        const std::string path = directory.file("model.safetensors");
        std::vector<Tensor> tensors{floats("0.weight", {3}), floats("0.bias", {3}), floats("0.running_mean", {3}),
                                    floats("0.running_var", {3}), floats(count, {})};
        write(path, tensors);
        Model<Normalised> model;
        io::load(model, path);
    };
    load("0.num_batches_tracked");
    BOOST_CHECK_THROW(load("1.num_batches_tracked"), std::runtime_error);
    BOOST_CHECK_THROW(load("num_batches_tracked"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(one_fault_is_one_sentence) {
    std::vector<Tensor> tensors = complete();
    tensors.erase(tensors.begin() + 1);
    BOOST_TEST(error_of(tensors) == "missing 0.bias, expected [4]");
    tensors = complete();
    tensors.push_back(floats("1.weight", {2, 2}));
    BOOST_TEST(error_of(tensors) == "surplus 1.weight, found [2, 2]");
    tensors = complete();
    tensors[0] = floats("0.weight", {3, 4});
    BOOST_TEST(error_of(tensors) == "0.weight: expected [4, 3], found [3, 4]");
    tensors[0] = floats("0.weight", {12});
    BOOST_TEST(error_of(tensors) == "0.weight: expected [4, 3], found [12]");
    tensors = complete();
    tensors[1] = Tensor::of("0.bias", io::DataType::I32, {4}, std::vector<std::int32_t>{1, 2, 3, 4});
    BOOST_TEST(error_of(tensors) == "0.bias: expected F32, F64, F16 or BF16, found I32");
}

namespace {

std::vector<Tensor> renamed(const std::function<std::string(const std::string&)>& name) {
    std::vector<Tensor> tensors = complete();
    for (Tensor& tensor : tensors) tensor.name = name(tensor.name);
    return tensors;
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_that_differ_by_a_prefix_are_one_fault) {
    const std::string sentence =
        "the file's names begin with module., those of the program do not: "
        "{.prefix = \"module.\"} takes it off";
    std::vector<Tensor> tensors = renamed([](const std::string& name) { return "module." + name; });
    BOOST_TEST(error_of(tensors) == sentence);
    BOOST_TEST(error_of(tensors, {.prefix = "modul."}) == sentence);
    BOOST_TEST(error_of(tensors, {.prefix = "module."}) == "(nothing was thrown)");
    tensors[1] = floats("module.0.bias", {3});
    BOOST_TEST(error_of(tensors) == "2 problems\n  " + sentence + "\n  0.bias: expected [4], found [3]");
    BOOST_TEST(error_of(tensors, {.prefix = "module."}) == "0.bias: expected [4], found [3]");
    tensors.pop_back();
    BOOST_TEST(contains(error_of(tensors), "missing 0.weight, expected [4, 3]"));  // not by a prefix only
    BOOST_TEST(error_of(complete(), {.prefix = "module."}) == "the file's names do not begin with module.");

    using Inner = Network<Input<3>, Named<"body", Sequential<Linear<4>, Tanh, BatchNorm1d<>>>>;
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write(path, {floats("0.weight", {4, 3}), floats("0.bias", {4}), floats("2.weight", {4}), floats("2.bias", {4}),
                 floats("2.running_mean", {4}), floats("2.running_var", {4}), floats("2.num_batches_tracked", {})});
    Model<Inner> model;
    BOOST_TEST(message_of([&] { io::load(model, path); }) ==
               path + ": the program's names begin with body., those of the file do not");
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_are_refused_if_asked) {
    std::vector<Tensor> tensors = complete();
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
    tensors[0] = Tensor::of("0.weight", io::DataType::F32, {4, 3},
                            std::vector<float>{0, 0, 0, 0, 0, nan, 0, -infinite, 0, 0, 0, infinite});
    tensors[3] = Tensor::of("head.1.weight", io::DataType::F16, {1}, std::vector<std::uint16_t>{0x7e00});
    BOOST_TEST(error_of(tensors) == "(nothing was thrown)");
    BOOST_TEST(error_of(tensors, {.finite = true}) ==
               "2 problems\n"
               "  0.weight has 3 numbers that are infinite or NaN, the first at [1, 2]\n"
               "  head.1.weight has 1 number that is infinite or NaN, the first at [0]");
    BOOST_TEST(error_of(complete(), {.finite = true}) == "(nothing was thrown)");
}

BOOST_AUTO_TEST_CASE(all_faults_are_told_at_once) {
    const std::string message =
        error_of({floats("0.weight", {4, 2}), floats("head.0.weight", {2, 4}), floats("head.0.bias", {2}),
                  Tensor::of("head.1.weight", io::DataType::U8, {1}, std::vector<std::uint8_t>{1}), floats("9", {})});
    BOOST_TEST(message ==
               "5 problems\n"
               "  0.weight: expected [4, 3], found [4, 2]\n"
               "  missing 0.bias, expected [4]\n"
               "  head.1.weight: expected F32, F64, F16 or BF16, found U8\n"
               "  surplus head.0.bias, found [2]\n"
               "  surplus 9, found []");
    BOOST_TEST(contains(error_of({}), "4 problems"));
}

BOOST_AUTO_TEST_CASE(other_precisions_are_converted) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    std::vector<Tensor> tensors = complete();
    tensors[0] = Tensor::of("0.weight", io::DataType::F64, {4, 3},
                            std::vector<double>{0.1, -1, 2, 0x1.fffffefffffffp127, 5, 6, 7, 8, 9, 10, 11,
                                                std::numeric_limits<double>::infinity()});
    tensors[1] =
        Tensor::of("0.bias", io::DataType::F16, {4}, std::vector<std::uint16_t>{0x3c00, 0xc000, 0x3555, 0x0001});
    tensors[2] = Tensor::of("head.0.weight", io::DataType::BF16, {2, 4},
                            std::vector<std::uint16_t>{0x3f80, 0xc000, 0x3eab, 0, 0, 0, 0, 0x7f80});
    write(path, tensors);
    Model<Net> model;
    io::load(model, path);
    BOOST_TEST(model.parameter("0.weight")[0] == 0.1f);
    BOOST_TEST(model.parameter("0.weight")[1] == -1.0f);
    BOOST_TEST(model.parameter("0.weight")[3] == std::numeric_limits<float>::max());
    BOOST_TEST(model.parameter("0.weight")[11] == std::numeric_limits<float>::infinity());
    BOOST_TEST(model.parameter("0.bias")[0] == 1.0f);
    BOOST_TEST(model.parameter("0.bias")[1] == -2.0f);
    BOOST_TEST(model.parameter("0.bias")[2] == 0x1.554p-2f);
    BOOST_TEST(model.parameter("0.bias")[3] == 0x1p-24f);
    BOOST_TEST(model.parameter("head.0.weight")[0] == 1.0f);
    BOOST_TEST(model.parameter("head.0.weight")[1] == -2.0f);
    BOOST_TEST(model.parameter("head.0.weight")[2] == 0.333984375f);
    BOOST_TEST(model.parameter("head.0.weight")[7] == std::numeric_limits<float>::infinity());
}

BOOST_AUTO_TEST_CASE(a_number_that_no_float_holds_is_a_fault) {
    for (const auto& [number, text] : {std::pair{1e300, "1e+300"}, std::pair{-1e39, "-1e+39"},
                                       std::pair{0x1.ffffffp127, "3.4028235677973366e+38"}}) {
        std::vector<double> numbers(12);
        numbers[5] = number;
        std::vector<Tensor> tensors = complete();
        tensors[0] = Tensor::of("0.weight", io::DataType::F64, {4, 3}, numbers);
        BOOST_TEST(error_of(tensors) == "0.weight: expected numbers for floats, found " + std::string{text} +
                                            " at [1, 2], which no float holds");
    }
}

BOOST_AUTO_TEST_CASE(files_that_are_none_leave_the_model) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("model.safetensors");
    Model<Net> model{Seed{1}};
    io::save(model, path);
    const std::string whole = read_text(path);
    const std::vector<float> before = numbers(model);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        write_text(path, std::string_view{whole}.substr(0, length));
        BOOST_TEST(message_of([&] { io::load(model, path); }).starts_with(path + ": "), length << " bytes");
    }
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(contains(message_of([&] { io::load(model, folder.file("missing")); }), "missing"));
    BOOST_TEST(message_of([&] { io::load(model, folder.path().string()); }) != "(nothing was thrown)");
}

namespace {

using Trained = Network<Input<2, 4, 4>, Conv2d<3, Kernel<3>, NoBias>, BatchNorm2d<>, Dropout<>, ReLU, Flatten,
                        Named<"head", Sequential<Linear<2>, BatchNorm1d<>>>>;

}  // namespace

BOOST_AUTO_TEST_CASE(an_eval_model_is_saved_and_loaded_by_the_names_of_the_layers_that_are_left) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("eval.safetensors");
    const EvalModel saved{Model<Trained>{Seed{1}}};
    io::save(saved, path);

    const io::TensorFile file = io::read_safetensors(path);
    std::vector<std::string> names;
    for (const io::TensorView& tensor : file.tensors()) names.push_back(tensor.name);
    BOOST_TEST(names == (std::vector<std::string>{"0.weight", "0.bias", "head.0.weight", "head.0.bias"}));

    EvalModel<Trained> loaded;
    BOOST_TEST(loaded.parameter("0.bias")[1] == 0.0f);
    io::load(loaded, path);
    Workspace<EvalNetwork<Trained>> workspace;
    const std::vector<float> input(2 * 4 * 4, 0.5f);
    std::vector<float> expected(2), found(2);
    saved.forward(input, expected, workspace);
    loaded.forward(input, found, workspace);
    BOOST_TEST(found == expected);
}

BOOST_AUTO_TEST_CASE(files_of_a_trained_and_of_an_eval_model_are_told_apart) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("trained.safetensors");
    Model<Trained> trained{Seed{1}};
    EvalModel eval{trained};
    io::save(trained, path);
    const std::vector<float> before{eval.data(), eval.data() + eval.storage()};
    const std::string message = message_of([&] { io::load(eval, path); });
    BOOST_TEST(contains(message, "missing 0.bias, expected [3]"), message);
    BOOST_TEST(contains(message, "surplus 1.running_mean, found [3]"), message);
    BOOST_TEST((before == std::vector<float>{eval.data(), eval.data() + eval.storage()}));
    io::save(eval, path);
    BOOST_TEST(contains(message_of([&] { io::load(trained, path); }), "missing head.1.running_var, expected [2]"));
}
