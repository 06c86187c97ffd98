#define BOOST_TEST_MODULE diagnosis
#include <string>

#include <tenet/diagnostics/diagnosis.hpp>

#include <support/boost_test.hpp>

using namespace tenet;

namespace {

std::string sentence(const Diagnosis& why) {
    return std::string(why.sentence());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_sentence_is_text_and_words) {
    Diagnosis why;
    BOOST_TEST(why.empty());
    why << why::kernel << Extents{2, {3, 5}} << why::does_not_fit << why::input << Shape{1, 2, 9};
    BOOST_TEST(!why.empty());
    BOOST_TEST(sentence(why) == "kernel 3x5 does not fit input [1,2,9]");
    BOOST_TEST(why.token_count == 8);
    const int tokens[]{why::kernel, 3, 5, why::does_not_fit, why::input, 1, 2, 9};
    const bool words[]{true, false, false, true, true, false, false, false};
    for (int i = 0; i < 8; ++i) {
        BOOST_TEST(why.tokens[i] == tokens[i]);
        BOOST_TEST(why.token_is_word[i] == words[i]);
    }
}

BOOST_AUTO_TEST_CASE(numbers_free_text_and_names) {
    Diagnosis why;
    why << 4 << why::groups_do_not_divide << -3LL << "in words";
    why.name("Linear<3>").mark(why::option, 2);
    BOOST_TEST(sentence(why) == "4 groups do not divide -3 in words Linear<3>");
    BOOST_TEST(why.tokens[why.token_count - 3] == why::see_text);
    BOOST_TEST(why.tokens[why.token_count - 2] == why::option);
    BOOST_TEST(why.tokens[why.token_count - 1] == 2);
    // A word that begins with a semicolon follows without a blank.
    Diagnosis options;
    options.name("Stride<2>") << why::is_not_an_option_of_this_layer << why::it_takes;
    BOOST_TEST(sentence(options) == "Stride<2> is not an option of this layer; it takes");
    BOOST_TEST(sentence(Diagnosis{}.name("a").name(",").name("b")) == "a, b");
    BOOST_TEST(sentence(Diagnosis{} << Shape{}) == "[]");
}

BOOST_AUTO_TEST_CASE(the_path_grows_from_the_culprit_outwards) {
    Diagnosis why;
    why << why::is_missing;
    why.lead_with(3, "Linear<0>");
    BOOST_TEST(sentence(why) == "layer 3, Linear<0>: is missing");
    why.lead_with(2, "Sequential");
    BOOST_TEST(sentence(why) == "layer 2, Sequential > layer 3, Linear<0>: is missing");
    BOOST_TEST(why.depth == 2);
    BOOST_TEST(why.path[0] == 2);
    BOOST_TEST(why.path[1] == 3);
    for (int level = 0; level < 20; ++level) why.lead_with(1, "S");
    BOOST_TEST(why.depth == Diagnosis::path_capacity);
    for (const int position : why.path) BOOST_TEST(position == 1);
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_cut) {
    Diagnosis why;
    for (int i = 0; i < 200; ++i) why << why::does_not_fit << i;
    BOOST_TEST(why.length == Diagnosis::text_capacity - 1);
    BOOST_TEST(why.token_count == Diagnosis::token_capacity);
    why.lead_with(1, "ReLU");
    BOOST_TEST(why.length == Diagnosis::text_capacity - 1);
    BOOST_TEST(why.sentence().starts_with("layer 1, ReLU: does not fit 0 does not fit 1 "));
}

BOOST_AUTO_TEST_CASE(every_word_but_free_text_has_a_spelling) {
    for (int word = 0; word < why::see_text; ++word) BOOST_TEST(!why::spelling[word].empty(), "word " << word);
}
