#define BOOST_TEST_MODULE safetensors
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <tenet/io/safetensors.hpp>

#include <support/boost_test.hpp>
#include <support/message_of.hpp>
#include <support/needs.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {
const std::string interop = TENET_TEST_DATA "/interop/";

std::string file_of(const std::string& header, std::size_t data_size) {
    const std::uint64_t size = header.size();
    return std::string{reinterpret_cast<const char*>(&size), 8} + header + std::string(data_size, '\1');
}

io::TensorFile parse(const std::string& contents) {
    return io::parse_safetensors(std::as_bytes(std::span{contents}), "x");
}

std::string error_of(const std::string& contents) {
    return message_of([&] { parse(contents); });
}

std::string error_of(const std::string& header, std::size_t data_size) {
    return error_of(file_of(header, data_size));
}

/// `"name":{...}`
std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

const std::vector<float> w{1, 2, 3, 4, 5, 6}, b{-1, 0.5f};
const std::vector<std::int64_t> steps{41};
}  // namespace

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("model.safetensors");
    const std::string note = std::string{"\"\\/\b\f\n\r\t \1\x1f\x7f"} + '\0' + "\xf0\x9f\xa7\xa0 \xc3\xbc";
    io::write_safetensors(
        path,
        {io::tensor_view<float>("0.weight", {2, 3}, w), io::tensor_view<std::int64_t>("steps", {}, steps),
         io::tensor_view<float>("0.bias", {2}, b), io::tensor_view<float>("none", {0, 7}, {})},
        {{"format", "pt"}, {"note", note}});
    const io::TensorFile file = io::read_safetensors(path);
    BOOST_REQUIRE_EQUAL(file.tensors().size(), 4u);
    BOOST_TEST(file.tensors()[0].name == "steps");  // 8-byte elements first
    BOOST_TEST(file.tensors()[1].name == "0.weight");
    BOOST_TEST(file.tensors()[2].name == "0.bias");
    BOOST_TEST(file.at("0.weight").to_floats() == w);
    BOOST_TEST(file.at("0.weight").shape == (std::vector<std::int64_t>{2, 3}));
    BOOST_TEST(file.at("0.bias").values<float>() == b);
    BOOST_TEST(file.at("steps").values<std::int64_t>() == steps);
    BOOST_TEST(file.at("steps").shape.empty());
    BOOST_TEST(file.at("none").count() == 0);
    BOOST_TEST(file.at("none").to_floats().empty());
    BOOST_TEST(file.metadata().at("note") == note);
    BOOST_TEST(folder.entries() == 1);

    const io::TensorFile copy = file;
    BOOST_TEST(copy.at("0.bias").bytes.data() == file.at("0.bias").bytes.data());
}

BOOST_AUTO_TEST_CASE(a_file_without_tensors) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("empty.safetensors");
    io::write_safetensors(path, std::vector<io::TensorView>{});
    BOOST_TEST(read_text(path) == file_of("{}      ", 0));
    BOOST_TEST(io::read_safetensors(path).tensors().empty());
}

BOOST_AUTO_TEST_CASE(the_data_begin_at_a_multiple_of_8) {
    const TemporaryDirectory folder;
    for (std::string name = "n"; name.size() < 12; name += "n") {
        const std::string path = folder.file("padded.safetensors");
        io::write_safetensors(path, {io::tensor_view<float>(name, {2}, b)});
        BOOST_TEST(read_text(path).size() % 8 == 0u);
        BOOST_TEST(io::read_safetensors(path).at(name).to_floats() == b);
    }
}

BOOST_AUTO_TEST_CASE(reads_a_state_dict_that_pytorch_saved) {
    const io::TensorFile file = io::read_safetensors(interop + "state_dict.safetensors");
    BOOST_TEST(file.tensors().size() == 3u);
    BOOST_TEST(file.metadata().at("format") == "pt");
    BOOST_TEST(file.at("0.weight").shape == (std::vector<std::int64_t>{2, 3}));
    BOOST_TEST(file.at("0.weight").to_floats() == (std::vector<float>{0, 0.25f, 0.5f, 0.75f, 1, 1.25f}));
    BOOST_TEST(file.at("0.bias").to_floats() == (std::vector<float>{-1, 1e-40f}));
    const std::vector<float> last = file.at("2.weight").to_floats();
    BOOST_TEST(last.at(0) == std::numeric_limits<float>::infinity());
    BOOST_TEST(std::signbit(last.at(1)));
}

BOOST_AUTO_TEST_CASE(reads_every_type_that_pytorch_saved) {
    const io::TensorFile file = io::read_safetensors(interop + "types.safetensors");
    BOOST_TEST(file.tensors().size() == 13u);
    BOOST_TEST(file.metadata().empty());
    BOOST_TEST(file.at("f64").to_floats() == (std::vector<float>{1, -2.5f, 0.1f}));
    BOOST_TEST(file.at("f64").values<double>() == (std::vector<double>{1, -2.5, 0.1}));
    BOOST_TEST(file.at("f32").to_floats() == (std::vector<float>{1, -2.5f, 0.1f}));
    BOOST_TEST(file.at("f16").to_floats() == (std::vector<float>{1, -2.5f, 65504, 0x1p-24f}));
    BOOST_TEST(file.at("bf16").to_floats() == (std::vector<float>{1, -2.5f, 65536, 0x1.02p-24f}));
    BOOST_TEST(file.at("i64").values<std::int64_t>() == (std::vector<std::int64_t>{-1, std::int64_t{1} << 40}));
    BOOST_TEST(file.at("i64").shape == (std::vector<std::int64_t>{1, 2}));
    BOOST_TEST(file.at("i32").values<std::int32_t>() == (std::vector<std::int32_t>{-1, 1 << 30}));
    BOOST_TEST(file.at("i16").values<std::int16_t>() == (std::vector<std::int16_t>{-300}));
    BOOST_TEST(file.at("i8").values<std::int8_t>().at(0) == -128);
    BOOST_TEST(file.at("u8").values<std::uint8_t>().at(0) == 255);
    BOOST_TEST(file.at("bool").bytes.size() == 3u);
    BOOST_TEST(file.at("scalar").shape.empty());
    BOOST_TEST(file.at("scalar").to_floats() == (std::vector<float>{7}));
    BOOST_TEST(file.at("empty").shape == (std::vector<std::int64_t>{0, 5}));
    BOOST_TEST(file.at("name with \"quotes\", \\ and ü").to_floats() == (std::vector<float>{3}));
}

BOOST_AUTO_TEST_CASE(a_file_of_the_reference_implementation_is_written_back_byte_for_byte) {
    const TemporaryDirectory folder;
    for (const std::string name : {"state_dict.safetensors", "types.safetensors"}) {
        const io::TensorFile file = io::read_safetensors(interop + name);
        io::write_safetensors(folder.file(name), file.tensors(), file.metadata());
        BOOST_TEST(read_text(folder.file(name)) == read_text(interop + name), name);
    }
}

BOOST_AUTO_TEST_CASE(asking_a_tensor_for_what_it_is_not) {
    const io::TensorFile file = io::read_safetensors(interop + "types.safetensors");
    BOOST_TEST(message_of<std::invalid_argument>([&] { file.at("i32").to_floats(); }) ==
               "tensor i32: expected elements of type F32, F64, F16 or BF16, found I32");
    BOOST_TEST(message_of<std::invalid_argument>([&] { file.at("i32").values<float>(); }) ==
               "tensor i32: expected elements of type F32, found I32");
    std::vector<float> room(4);
    BOOST_TEST(message_of<std::invalid_argument>([&] { file.at("f32").copy_to(room); }) ==
               "tensor f32: expected room for 3 elements, found 4");
    const double large[] = {0.0, 1e300};
    const io::TensorView wide = io::tensor_view<double>("wide", {2}, large);
    BOOST_TEST(message_of<std::invalid_argument>([&] { wide.to_floats(); }) ==
               "tensor wide: expected numbers for floats, found 1e+300 at [1], which no float holds");
    BOOST_TEST(message_of<std::invalid_argument>([&] { file.at("f23"); }) == "no tensor f23 among 13");
    BOOST_TEST(file.find("f23") == nullptr);
}

BOOST_AUTO_TEST_CASE(files_that_end_too_soon_or_too_late) {
    const std::string good = file_of("{" + entry("a", "F32", "[2]", "[0,8]") + "}", 8);
    BOOST_TEST(parse(good).at("a").count() == 2);
    BOOST_TEST(error_of("") == "x: expected at least 8 bytes, found 0");
    BOOST_TEST(error_of(good.substr(0, 20)) == "x: expected a header of 54 bytes, found 12: the file is truncated");
    BOOST_TEST(error_of(good.substr(0, good.size() - 1)) ==
               "x: expected 8 bytes of data after the header, found 7: the file is truncated");
    BOOST_TEST(error_of(good + "!") == "x: expected 8 bytes of data after the header, found 9");
    for (std::size_t size = 0; size < good.size(); ++size)
        BOOST_CHECK_THROW(parse(good.substr(0, size)), std::runtime_error);
    BOOST_TEST(contains(error_of(std::string(16, '\xff')),
                        "expected a header of at most 100000000 bytes, found one of 18446744073709551615"));
    const std::uint64_t size = 100'000'000;
    BOOST_TEST(contains(error_of(std::string{reinterpret_cast<const char*>(&size), 8} + "{}"),
                        "expected a header of 100000000 bytes, found 2"));
}

BOOST_AUTO_TEST_CASE(headers_that_are_not_what_they_should_be) {
    BOOST_TEST(contains(error_of("", 0), "the header is not a JSON object"));
    BOOST_TEST(contains(error_of("[]", 0), "the header is not a JSON object"));
    BOOST_TEST(contains(error_of(" {}", 0), "the header is not a JSON object"));
    BOOST_TEST(contains(error_of("{\"a\":", 0), "the header is not JSON"));
    BOOST_TEST(contains(error_of("{}{}", 0), "the header is not JSON"));
    BOOST_TEST(contains(error_of(std::string{"{}\0{}", 5}, 0), "text after its JSON object"));
    for (const char* text : {"\xff", "\xe6", "\xe6\x9b", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
        BOOST_TEST(error_of("{\"" + std::string{text} + "\":{}}", 0) == "x: the header is not UTF-8");
        BOOST_TEST(error_of("{\"" + std::string{text}, 0) == "x: the header is not UTF-8");
    }
    for (const std::string half : {"\\udde0", "\\ud83e", "\\ud83ex"}) {
        BOOST_TEST(contains(error_of("{\"" + half + "\":{}}", 0), "the header is not JSON"));
        BOOST_TEST(contains(error_of("{\"__metadata__\":{\"" + half + "\":\"\"}}", 0), "the header is not JSON"));
        BOOST_TEST(contains(error_of("{\"__metadata__\":{\"k\":\"" + half + "\"}}", 0), "the header is not JSON"));
    }
    BOOST_TEST(error_of("{\"a\":1}", 0) == "x: tensor a is not described by an object");
    BOOST_TEST(error_of("{\"a\":[]}", 0) == "x: tensor a is not described by an object");
    BOOST_TEST(error_of("{\"a\":{}}", 0) == "x: tensor a lacks dtype, shape or data_offsets");
    BOOST_TEST(error_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 0) ==
               "x: tensor a lacks dtype, shape or data_offsets");
    BOOST_TEST(error_of("{\"a\":{\"dtype\":4}}", 0) == "x: tensor a has a dtype that is not a string");
    BOOST_TEST(error_of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0) == "x: tensor a has dtype twice");
    BOOST_TEST(error_of("{\"a\":{\"shape\":4}}", 0) == "x: tensor a has a shape that is not a list");
    BOOST_TEST(error_of("{\"a\":{\"data_offsets\":{}}}", 0) == "x: tensor a has data_offsets that are not a list");
    for (const char* extent : {"-1", "1.0", "1e3", "null", "\"1\"", "[1]", "{}"})
        BOOST_TEST(error_of("{\"a\":{\"shape\":[" + std::string{extent} + "]}}", 0) ==
                   "x: tensor a has a shape that is not a list of non-negative integers");
    for (const char* offsets : {"[]", "[0]", "[0,1,2]", "[-1,0]", "[0,true]"})
        BOOST_TEST(error_of("{\"a\":{\"data_offsets\":" + std::string{offsets} + "}}", 0) ==
                   "x: tensor a has data_offsets that are not two non-negative integers");
    for (const char* number : {"18446744073709551616", "1e20", "340282366920938463463374607431768211456"}) {
        BOOST_TEST(error_of("{\"a\":{\"shape\":[" + std::string{number} + "]}}", 0) ==
                   "x: tensor a has a shape that is too large");
        BOOST_TEST(error_of("{\"a\":{\"data_offsets\":[0," + std::string{number} + "]}}", 0) ==
                   "x: tensor a has data_offsets that are too large");
    }
    std::string axes = "[1";
    for (int i = 0; i < 64; ++i) axes += ",1";
    BOOST_TEST(error_of("{" + entry("a", "U8", axes + "]", "[0,1]") + "}", 1) == "x: tensor a has more than 64 axes");
    BOOST_TEST(error_of("{\"__metadata__\":3}", 0) == "x: __metadata__ is not an object of strings");
    BOOST_TEST(error_of("{\"__metadata__\":{\"a\":3}}", 0) == "x: __metadata__ is not an object of strings");
    BOOST_TEST(error_of("{\"__metadata__\":{\"a\":{}}}", 0) == "x: __metadata__ is not an object of strings");
    BOOST_TEST(error_of("{\"__metadata__\":{},\"__metadata__\":{}}", 0) == "x: __metadata__ is given twice");
    BOOST_TEST(error_of("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}", 0) == "x: __metadata__ has the key k twice");
}

BOOST_AUTO_TEST_CASE(unknown_fields_of_a_tensor_are_skipped) {
    const std::string contents =
        file_of(R"({"__metadata__":null,"a":{"new":[{"x":[1,null,-2.5,"s"]},{}],"dtype":"U8","more":true,)"
                R"("shape":[2],"data_offsets":[0,2]}})",
                2);
    const io::TensorFile file = parse(contents);
    BOOST_TEST(file.at("a").values<std::uint8_t>() == (std::vector<std::uint8_t>{1, 1}));
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_before_it_takes_a_deep_stack) {
    for (const std::string open : {"[", "{\"n\":"}) {
        std::string nested = "{\"a\":{\"new\":";
        for (int i = 0; i < 1'000'000; ++i) nested += open;
        BOOST_TEST(error_of(nested, 0) == "x: tensor a has an unknown field that is nested too deeply");
    }
    const std::string open(1'000'000, '[');
    BOOST_TEST(contains(error_of("{\"a\":" + open, 0), "is not described by an object"));
    BOOST_TEST(contains(error_of("{\"__metadata__\":" + open, 0), "is not an object of strings"));
}

BOOST_AUTO_TEST_CASE(tensors_that_do_not_fit_the_data) {
    const auto one = [](const char* type, const char* shape, const char* offsets) {
        return error_of("{" + entry("a", type, shape, offsets) + "}", 8);
    };
    BOOST_TEST(one("F32", "[3]", "[0,8]") == "x: tensor a, F32 [3]: expected 12 bytes, found 8");
    BOOST_TEST(one("F99", "[2]", "[0,8]") == "x: tensor a has the unsupported type F99");
    BOOST_TEST(one("F32", "[2]", "[8,0]") == "x: tensor a, F32 [2], ends at byte 0 before it begins at 8");
    BOOST_TEST(contains(one("F32", "[4611686018427387904]", "[0,8]"), "is too large"));
    BOOST_TEST(contains(one("F32", "[4294967296,4294967296]", "[0,8]"), "is too large"));
    BOOST_TEST(contains(one("U8", "[18446744073709551615]", "[0,18446744073709551615]"), "is too large"));
    BOOST_TEST(contains(one("U8", "[9223372036854775807]", "[0,9223372036854775807]"),
                        "expected 9223372036854775807 bytes of data after the header, found 8"));
    BOOST_TEST(one("U8", "[7]", "[1,8]") == "x: bytes 0 to 1 of the data, before tensor a, belong to no tensor");
    BOOST_TEST(one("U8", "[7]", "[0,7]") == "x: expected 7 bytes of data after the header, found 8");

    const auto two = [](const char* first, const char* second) {
        return error_of("{" + entry("a", "U8", "[4]", first) + "," + entry("b", "U8", "[4]", second) + "}", 8);
    };
    BOOST_TEST(two("[0,4]", "[4,8]") == "(nothing was thrown)");
    BOOST_TEST(two("[4,8]", "[0,4]") == "(nothing was thrown)");
    BOOST_TEST(contains(two("[0,4]", "[3,7]"),
                        "tensor b overlaps the one before it: expected it to begin at byte 4 of the data, found 3"));
    BOOST_TEST(contains(two("[0,4]", "[0,4]"), "tensor b overlaps the one before it"));
    BOOST_TEST(error_of("{" + entry("a", "U8", "[4]", "[0,4]") + "," + entry("a", "U8", "[4]", "[4,8]") + "}", 8) ==
               "x: tensor a is given more than once");
}

BOOST_AUTO_TEST_CASE(all_problems_are_told_at_once) {
    BOOST_TEST(error_of("{" + entry("a", "F32", "[3]", "[0,8]") + "," + entry("b", "X", "[]", "[9,10]") + "," +
                            entry("b", "U8", "[]", "[10,11]") + "}",
                        12) ==
               "x: 5 problems\n"
               "  tensor a, F32 [3]: expected 12 bytes, found 8\n"
               "  tensor b has the unsupported type X\n"
               "  tensor b is given more than once\n"
               "  bytes 8 to 9 of the data, before tensor b, belong to no tensor\n"
               "  expected 11 bytes of data after the header, found 12");
    std::string header = "{";
    for (int i = 0; i < 1000; ++i) header += (i ? "," : "") + entry(std::to_string(i), "X", "[]", "[0,0]");
    const std::string message = error_of(header + "}", 0);
    BOOST_TEST(contains(message, "x: 1000 problems\n"));
    BOOST_TEST(contains(message, "\n  and 900 more"));
}

BOOST_AUTO_TEST_CASE(names_of_a_file_do_not_steer_the_terminal) {
    const std::string name = R"(a\u001b[2J\n\u007f\u009b)";
    BOOST_TEST(error_of("{" + entry(name, "F99", "[2]", "[0,8]") + "}", 8) ==
               "x: tensor a\\u001b[2J\\u000a\\u007f\\u009b has the unsupported type F99");
    BOOST_TEST(error_of("{\"" + name + "\":1}", 0) ==
               "x: tensor a\\u001b[2J\\u000a\\u007f\\u009b is not described by an object");
    BOOST_TEST(error_of("{" + entry("\xc3\xbc \xc2\xa0", "U8", "[2]", "[0,1]") + "}", 1) ==
               "x: tensor \xc3\xbc \xc2\xa0, U8 [2]: expected 2 bytes, found 1");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_is_refused_without_reading_all_of_it) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("zeros"), "");
    std::error_code cannot;
    std::filesystem::resize_file(path, std::uintmax_t{1} << 46, cannot);
    if (cannot) return;  // a file system that cannot have so large a hole has no such file either
    BOOST_TEST(message_of([&] { io::read_safetensors(path); }) == path + ": the header is not a JSON object");
    const std::string header = file_of("{" + entry("a", "F32", "[2]", "[0,8]") + "}", 8);
    std::filesystem::resize_file(write_text(path, header), std::uintmax_t{1} << 46);
    BOOST_TEST(
        contains(message_of([&] { io::read_safetensors(path); }), "expected 8 bytes of data after the header, found"));
}

BOOST_AUTO_TEST_CASE(the_error_of_a_file_names_its_path) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("short"), "abc");
    BOOST_TEST(message_of([&] { io::read_safetensors(path); }) == path + ": expected at least 8 bytes, found 3");
    BOOST_TEST(contains(message_of([&] { io::read_safetensors(folder.file("absent")); }),
                        "cannot open " + folder.file("absent")));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_leaves_the_old_file) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("model.safetensors"), "old");
    const std::string message = message_of<std::invalid_argument>([&] {
        io::write_safetensors(path,
                              {io::tensor_view<float>("a", {3}, b), io::tensor_view<float>("a", {2}, b),
                               io::tensor_view<float>("__metadata__", {2}, b), io::tensor_view<float>("n", {-1, -2}, b),
                               io::tensor_view<float>("\xff", {2}, b)},
                              {{"k", "\x80"}});
    });
    BOOST_TEST(contains(message, "6 problems"), message);
    BOOST_TEST(contains(message, "tensor a, F32 [3]: expected 12 bytes, found 8"), message);
    BOOST_TEST(contains(message, "tensor a is given more than once"), message);
    BOOST_TEST(contains(message, "__metadata__ cannot be the name of a tensor"), message);
    BOOST_TEST(contains(message, "tensor n, F32 [-1, -2] has no size"), message);
    BOOST_TEST(contains(message, "tensor name \xff is not UTF-8"), message);
    BOOST_TEST(contains(message, "metadata value \x80 is not UTF-8"), message);
    BOOST_TEST(read_text(path) == "old");
    BOOST_TEST(folder.entries() == 1);
}

namespace {
bool python_has_safetensors() {
    return std::system("python3 -c 'import numpy, safetensors.numpy' 2>/dev/null") == 0;
}
}  // namespace

BOOST_AUTO_TEST_CASE(python_reads_what_was_written,
                     *boost::unit_test::precondition(needs("python3 with numpy and safetensors", &python_has_safetensors))) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("model.safetensors");
    io::write_safetensors(
        path,
        {io::tensor_view<float>("0.weight", {2, 3}, w), io::tensor_view<std::int64_t>("steps", {1}, steps),
         io::tensor_view<float>("0.bias", {2}, b)},
        {{"format", "pt"}});
    const std::string script = write_text(folder.file("read.py"),
                                          "import sys, numpy\n"
                                          "from safetensors import safe_open\n"
                                          "with safe_open(sys.argv[1], 'np') as f:\n"
                                          "    assert f.metadata() == {'format': 'pt'}\n"
                                          "    assert sorted(f.keys()) == ['0.bias', '0.weight', 'steps']\n"
                                          "    assert (f.get_tensor('0.weight') == [[1, 2, 3], [4, 5, 6]]).all()\n"
                                          "    assert (f.get_tensor('0.bias') == [-1, 0.5]).all()\n"
                                          "    assert f.get_tensor('steps').dtype == numpy.int64\n"
                                          "    assert f.get_tensor('steps') == [41]\n");
    BOOST_TEST(std::system(("python3 " + script + " " + path).c_str()) == 0);
}
