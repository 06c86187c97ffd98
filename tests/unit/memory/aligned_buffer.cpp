#define BOOST_TEST_MODULE aligned_buffer
#include <algorithm>
#include <cstdint>
#include <utility>

#include <tenet/memory/aligned_buffer.hpp>

#include <support/boost_test.hpp>

using tenet::memory::AlignedBuffer;

namespace {

bool at_a_boundary(const AlignedBuffer& buffer) {
    return reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0;
}

bool all_are(const AlignedBuffer& buffer, float value) {
    return std::all_of(buffer.data(), buffer.data() + buffer.size(), [&](float x) { return x == value; });
}

AlignedBuffer filled(std::size_t count, float value) {
    AlignedBuffer buffer{count};
    std::fill_n(buffer.data(), count, value);
    return buffer;
}

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_are_zero_and_begin_at_a_boundary) {
    for (const std::size_t count : {1u, 2u, 15u, 16u, 17u, 1000u, 100'000u}) {
        const AlignedBuffer buffer{count};
        BOOST_TEST(buffer.size() == count);
        BOOST_TEST(at_a_boundary(buffer));
        BOOST_TEST(all_are(buffer, 0.0f));
    }
}

BOOST_AUTO_TEST_CASE(an_empty_buffer_has_nothing) {
    AlignedBuffer buffer, none{0};
    BOOST_TEST(buffer.size() == 0u);
    BOOST_TEST(buffer.data() == nullptr);
    BOOST_TEST(none.data() == nullptr);
    AlignedBuffer copy = buffer;
    copy = none;
    BOOST_TEST(copy.size() == 0u);
}

BOOST_AUTO_TEST_CASE(it_grows_and_never_shrinks) {
    AlignedBuffer buffer = filled(10, 3.0f);
    const float* const before = buffer.data();
    buffer.reserve(10);
    buffer.reserve(4);
    BOOST_TEST(buffer.data() == before);
    BOOST_TEST(buffer.size() == 10u);
    BOOST_TEST(all_are(buffer, 3.0f));
    buffer.reserve(11);
    BOOST_TEST(buffer.size() == 11u);
    BOOST_TEST(at_a_boundary(buffer));
    BOOST_TEST(all_are(buffer, 0.0f));
}

BOOST_AUTO_TEST_CASE(copies_have_numbers_of_their_own) {
    AlignedBuffer buffer = filled(20, 2.0f), copy = buffer, other = filled(3, 1.0f);
    BOOST_TEST(copy.data() != buffer.data());
    BOOST_TEST(all_are(copy, 2.0f));
    buffer.data()[0] = 5.0f;
    BOOST_TEST(all_are(copy, 2.0f));
    other = copy;
    BOOST_TEST(other.size() == 20u);
    BOOST_TEST(at_a_boundary(other));
    BOOST_TEST(all_are(other, 2.0f));
    const AlignedBuffer& same = other;
    other = same;
    BOOST_TEST(other.size() == 20u);
    BOOST_TEST(all_are(other, 2.0f));
}

BOOST_AUTO_TEST_CASE(a_move_takes_the_numbers_along) {
    AlignedBuffer buffer = filled(20, 2.0f);
    const float* const numbers = buffer.data();
    AlignedBuffer taken = std::move(buffer);
    BOOST_TEST(taken.data() == numbers);
    BOOST_TEST(buffer.data() == nullptr);
    BOOST_TEST(buffer.size() == 0u);
    AlignedBuffer other = filled(3, 1.0f);
    other = std::move(taken);
    BOOST_TEST(other.data() == numbers);
    BOOST_TEST(other.size() == 20u);
    buffer.reserve(7);  // a buffer that was moved from can be used again
    BOOST_TEST(buffer.size() == 7u);
}
