#define BOOST_TEST_MODULE idx
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/data/idx.hpp>

#include "support/gzip.hpp"
#include "support/message_of.hpp"
#include "support/temporary_directory.hpp"

using namespace tenet;
using namespace tenet::testing;

namespace {
template <class T = std::uint8_t>
data::IdxArray<T> parse(const std::string& contents) {
    return data::parse_idx<T>(std::as_bytes(std::span{contents}), "x");
}

template <class T = std::uint8_t>
std::string error_of(const std::string& contents) {
    return message_of([&] { parse<T>(contents); });
}

std::string big_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
}

std::string header(int type, const std::vector<std::uint32_t>& extents) {
    std::string bytes{0, 0, static_cast<char>(type), static_cast<char>(extents.size())};
    for (const std::uint32_t extent : extents) bytes += big_endian(extent);
    return bytes;
}

const std::string good = header(8, {2, 3}) + "abcdef";
}  // namespace

BOOST_AUTO_TEST_CASE(bytes_in_row_major_order) {
    const auto [shape, values] = parse(good);
    BOOST_CHECK((shape == Shape{2, 3}));
    BOOST_TEST(std::string(values.begin(), values.end()) == "abcdef");
    BOOST_CHECK((parse(header(8, {1, 2, 1, 3, 1}) + "abcdef").shape == Shape{1, 2, 1, 3, 1}));
}

BOOST_AUTO_TEST_CASE(every_element_type_is_big_endian) {
    BOOST_TEST(parse<std::int8_t>(header(9, {2}) + "\x80\x01").values == (std::vector<std::int8_t>{-128, 1}));
    BOOST_TEST(parse<std::int16_t>(header(0x0b, {2}) + "\xff\xfe\x01\x02").values ==
               (std::vector<std::int16_t>{-2, 0x0102}));
    BOOST_TEST(parse<std::int32_t>(header(0x0c, {2}) + "\xff\xff\xff\xfe\x01\x02\x03\x04").values ==
               (std::vector<std::int32_t>{-2, 0x01020304}));
    BOOST_TEST(parse<float>(header(0x0d, {1}) + std::string{"\xc0\x20\0\0", 4}).values == (std::vector<float>{-2.5f}));
    BOOST_TEST(parse<double>(header(0x0e, {1}) + "\x3f\xb9\x99\x99\x99\x99\x99\x9a").values ==
               (std::vector<double>{0.1}));
}

BOOST_AUTO_TEST_CASE(gzip_data_is_decompressed) {
    BOOST_TEST(parse(gzip(good)).values == parse(good).values);
    BOOST_TEST(parse(gzip(good, 0)).values == parse(good).values);
    BOOST_TEST(parse(gzip(good.substr(0, 5)) + gzip("") + gzip(good.substr(5))).values == parse(good).values);
    // Larger, and more compressible, than the memory that is first taken for it.
    const std::string zeros = header(0x0b, {1000, 1000}) + std::string(2'000'000, '\0');
    const auto array = parse<std::int16_t>(gzip(zeros));
    BOOST_TEST(array.values.size() == 1'000'000u);
    BOOST_TEST(array.values == std::vector<std::int16_t>(1'000'000));
}

BOOST_AUTO_TEST_CASE(files) {
    const TemporaryDirectory folder;
    BOOST_TEST(data::read_idx<std::uint8_t>(write_text(folder.file("plain"), good)).values.size() == 6u);
    BOOST_TEST(data::read_idx<std::uint8_t>(write_text(folder.file("packed"), gzip(good))).values.size() == 6u);
    const std::string path = write_text(folder.file("short"), good.substr(0, 17));
    BOOST_TEST(message_of([&] { data::read_idx<std::uint8_t>(path); }) ==
               path + ": expected 18 bytes, found 17: truncated");
    BOOST_TEST(contains(message_of([&] { data::read_idx<float>(folder.file("absent")); }), "cannot open "));
}

BOOST_AUTO_TEST_CASE(what_is_no_idx_file) {
    BOOST_TEST(error_of("") == "x: expected 4 bytes, found 0: truncated");
    BOOST_TEST(error_of("\x89PNG") == "x: expected an IDX file, which begins with two zero bytes");
    BOOST_TEST(error_of({"\0\1\x08\1", 4}) == "x: expected an IDX file, which begins with two zero bytes");
    BOOST_TEST(error_of(header(0x0a, {1}) + "a") == "x: unknown element type 10");
    BOOST_TEST(error_of(header(0xff, {1}) + "a") == "x: unknown element type 255");
    BOOST_TEST(error_of<float>(good) == "x: expected elements of type float, found uint8");
    BOOST_TEST(error_of(header(0x0e, {1}) + "abcdefgh") == "x: expected elements of type uint8, found double");
    BOOST_TEST(error_of(header(8, {})) == "x: expected 1 to 5 axes, found 0");
    BOOST_TEST(error_of(header(8, {1, 1, 1, 1, 1, 1}) + "a") == "x: expected 1 to 5 axes, found 6");
    BOOST_TEST(error_of(header(8, std::vector<std::uint32_t>(255, 1)) + "a") == "x: expected 1 to 5 axes, found 255");
}

BOOST_AUTO_TEST_CASE(extents_that_cannot_be) {
    BOOST_TEST(error_of(header(8, {2, 0})) == "x: axis 1: expected an extent of 1 to 2147483647, found 0");
    BOOST_TEST(error_of(header(8, {0x80000000})) ==
               "x: axis 0: expected an extent of 1 to 2147483647, found 2147483648");
    BOOST_TEST(error_of(header(8, {0x7fffffff, 0x7fffffff, 4, 4})) ==
               "x: the product of the extents does not fit 64 bits");
    BOOST_TEST(error_of<double>(header(0x0e, {0x7fffffff, 0x7fffffff})) ==
               "x: the product of the extents does not fit 64 bits");
    BOOST_TEST(error_of(header(8, {0x7fffffff, 0x7fffffff, 4})) ==
               "x: expected 18446744056529682452 bytes, found 16: truncated");
    BOOST_TEST(contains(error_of(gzip(header(8, {0x7fffffff, 0x7fffffff}))), "compressed bytes cannot hold as many"));
}

BOOST_AUTO_TEST_CASE(every_length_but_the_right_one_is_an_error) {
    for (std::size_t size = 0; size < good.size(); ++size) {
        BOOST_TEST(contains(error_of(good.substr(0, size)), "truncated"));
        BOOST_TEST(contains(error_of(gzip(good.substr(0, size))), "truncated"));
    }
    BOOST_TEST(error_of(good + "!") == "x: expected 18 bytes, found 19: too long");
    BOOST_TEST(error_of(gzip(good + "!")) == "x: expected 18 bytes, found more: too long");
    BOOST_TEST(error_of(gzip(good) + gzip("!")) == "x: expected 18 bytes, found more: too long");
}

BOOST_AUTO_TEST_CASE(gzip_data_may_be_padded_with_zeros) {
    for (const std::size_t zeros : {1, 2, 511, 1'000'000})
        BOOST_TEST(parse(gzip(good) + std::string(zeros, '\0')).values == parse(good).values);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_is_refused_without_reading_all_of_it) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("zeros"), "");
    std::error_code cannot;
    std::filesystem::resize_file(path, std::uintmax_t{1} << 46, cannot);
    if (cannot) return;  // a file system that cannot have so large a hole has no such file either
    BOOST_TEST(message_of([&] { data::read_idx<std::uint8_t>(path); }) == path + ": unknown element type 0");
    write_text(path, "ab");
    BOOST_TEST(message_of([&] { data::read_idx<std::uint8_t>(path); }) ==
               path + ": expected 4 bytes, found 2: truncated");
}

BOOST_AUTO_TEST_CASE(gzip_data_that_is_damaged) {
    const std::string packed = gzip(good);
    for (std::size_t size = 2; size < packed.size(); ++size)
        BOOST_TEST(error_of(packed.substr(0, size)) == "x: the gzip data is truncated");
    // Of the header, only the time of the file, flags and operating system may be anything.
    for (std::size_t i = 10; i < packed.size(); ++i) {
        std::string damaged = packed;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
        BOOST_CHECK_THROW(parse(damaged), std::runtime_error);
    }
    std::string wrong_sum = packed;
    wrong_sum[packed.size() - 6] ^= 1;
    BOOST_TEST(error_of(wrong_sum) == "x: the gzip data is corrupt: incorrect data check");
    BOOST_TEST(error_of(packed + "garbage") == "x: the gzip data is followed by 7 bytes of something else");
    BOOST_TEST(error_of(packed + std::string(100, '\0') + "!") ==
               "x: the gzip data is followed by 101 bytes of something else");
    BOOST_TEST(error_of(packed + "\x1f") == "x: the gzip data is truncated");
}

BOOST_AUTO_TEST_CASE(a_bomb_is_not_decompressed_beyond_what_its_header_states) {
    std::string bomb = gzip(good);
    for (int i = 0; i < 20; ++i) bomb += gzip(std::string(10'000'000, '\0'));  // 200 MB in 200 KB
    BOOST_TEST(error_of(bomb) == "x: expected 18 bytes, found more: too long");
}
