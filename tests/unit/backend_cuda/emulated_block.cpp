#define BOOST_TEST_MODULE emulated_block
#include <cstdint>
#include <cstring>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <support/emulated_block.hpp>

using namespace tenet;

/// The emulation itself: loading fragments and multiplying them is a product of matrices, whatever the lanes hold.
namespace {

using testing::EmulatedBlock;
using TensorPrecisions = std::tuple<TF32, BF16, FP16>;

// Small integers: exact in all precisions, and so are their sums.
float left(int row, int k) {
    return static_cast<float>((row * 7 + k * 3) % 13 - 6);
}
float right(int column, int k) {
    return static_cast<float>((column * 5 + k * 11) % 17 - 8);
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(fragments_multiply_as_matrices, P, TensorPrecisions) {
    constexpr int per_word = cuda::per_word<P>, terms = 8 * per_word, pitch = 12;
    testing::emulated_launch<1>(1, 32 * pitch, [&](auto block, std::uint32_t* shared, int) {
        using Block = decltype(block);
        std::uint32_t *const a_tile = shared, *const b_tile = shared + 16 * pitch;
        for (int row = 0; row < 16; ++row)
            for (int word = 0; word < 8; ++word) {
                const int k = word * per_word, next = k + per_word - 1;
                a_tile[row * pitch + word] = Block::template word<P>(left(row, k), left(row, next));
                b_tile[row * pitch + word] = Block::template word<P>(right(row, k), right(row, next));
            }
        typename Block::template Registers<std::uint32_t, 4> a, b;
        typename Block::template Registers<float, 8> c;
        block.each_lane([&](int lane) {
            for (int i = 0; i < 8; ++i) c(lane, i) = 0.5f;
        });
        block.load_matrices(a, 0, [&](int lane) { return a_tile + cuda::left_factor_offset(lane, pitch); });
        block.load_matrices(b, 0, [&](int lane) { return b_tile + cuda::right_factor_offset(lane, pitch); });
        block.template multiply<P>(c, 0, a, 0, b, 0);
        block.template multiply<P>(c, 4, a, 0, b, 2);
        block.each_lane([&](int lane) {
            for (int i = 0; i < 8; ++i) {
                const int row = cuda::accumulator_row(lane, i % 4),
                          column = cuda::accumulator_column(lane, i % 4) + i / 4 * 8;
                float expected = 0.5f;
                for (int k = 0; k < terms; ++k) expected += left(row, k) * right(column, k);
                BOOST_REQUIRE_EQUAL(c(lane, i), expected);
            }
        });
    });
}

BOOST_AUTO_TEST_CASE(transposed_loads_swap_rows_and_columns) {
    constexpr int pitch = 4;
    testing::emulated_launch<1>(1, 32 * pitch, [](auto block, std::uint32_t* shared, int) {
        using Block = decltype(block);
        std::uint16_t numbers[32][8], transposed[32][8];
        for (int i = 0; i < 256; ++i) numbers[i / 8][i % 8] = static_cast<std::uint16_t>(i * 257);
        for (int i = 0; i < 256; ++i) transposed[i / 64 * 8 + i % 8][i / 8 % 8] = numbers[i / 8][i % 8];
        typename Block::template Registers<std::uint32_t, 4> to, expected;
        const auto row = [&](int lane) { return shared + lane * pitch; };
        std::memcpy(shared, numbers, sizeof numbers);
        block.load_transposed(to, 0, row);
        std::memcpy(shared, transposed, sizeof transposed);
        block.load_matrices(expected, 0, row);
        for (int i = 0; i < 128; ++i) BOOST_REQUIRE_EQUAL(to(i / 4, i % 4), expected(i / 4, i % 4));
    });
}

BOOST_AUTO_TEST_CASE(factors_are_rounded_as_the_hardware_does) {
    using Block = EmulatedBlock<1>;
    BOOST_TEST(Block::word<BF16>(1.0f, -2.5f) == 0xc0203f80u);
    BOOST_TEST(Block::word<FP16>(1.0f, -2.5f) == 0xc1003c00u);
    BOOST_TEST(Block::word_of_positive<BF16>(1.0f, -2.5f) == 0x3f80u);
    BOOST_TEST(Block::word_of_positive<FP16>(-1.0f, 2.5f) == 0x41000000u);
    BOOST_TEST(Block::word<TF32>(0x1.003p0f) == 0x3f802000u);
    BOOST_TEST(Block::word<FP32>(0x1.000002p0f) == 0x3f800001u);
    // A product of TF32 ignores what is beyond its 11 bits.
    std::barrier barrier{1};
    const Block block{0, barrier};
    Block::Registers<std::uint32_t, 4> a{}, b{};
    Block::Registers<float, 4> c{};
    a(0, 0) = b(0, 0) = std::bit_cast<std::uint32_t>(0x1.003p0f);
    block.multiply<TF32>(c, 0, a, 0, b, 0);
    BOOST_TEST(c(0, 0) == 1.0f);
}

BOOST_AUTO_TEST_CASE(warps_meet_at_the_barrier) {
    std::vector<int> seen(3 * 4);
    testing::emulated_launch<4>(3, 4, [&](auto block, std::uint32_t* shared, int number) {
        shared[block.warp()] = static_cast<std::uint32_t>(10 * number + block.warp());
        block.synchronise();
        seen[number * 4 + block.warp()] = static_cast<int>(shared[(block.warp() + 1) % 4]);
    });
    for (int i = 0; i < 12; ++i) BOOST_TEST(seen[i] == 10 * (i / 4) + (i + 1) % 4);
}
