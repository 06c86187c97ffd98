#define BOOST_TEST_MODULE sgd
#include <cmath>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/optimizers/sgd.hpp>

#include <support/message_of.hpp>

#include "trajectory.hpp"

using namespace tenet;

// torch 2.x, all trajectories: w = [1, -2, 0.5, 0], loss_k = 0.5 * (q * w^2).sum() + (r * w).sum() * p[k].

// torch 2.x: torch.optim.SGD([w], lr=0.1)
BOOST_AUTO_TEST_CASE(plain) {
    check_trajectory(SGD{.learning_rate = 0.1f}, {{
                                                     {0.699999988f, -0.599999964f, 0.5f, -0.800000012f},
                                                     {0.604999959f, -0.319999963f, 0.587499976f, -0.860000014f},
                                                     {0.444499969f, 0.176000044f, 0.654999971f, -1.21700001f},
                                                     {0.387549967f, 0.173200026f, 0.77974999f, -1.20615005f},
                                                     {0.398794979f, -0.0787599683f, 0.960699975f, -0.945842564f},
                                                     {0.355790466f, -0.0426319763f, 1.15127742f, -0.911050439f},
                                                     {0.245211408f, 0.270157605f, 1.34403288f, -1.1654979f},
                                                     {0.245690271f, 0.0891103074f, 1.62533951f, -1.00722301f},
                                                     {0.214871243f, 0.0873772129f, 1.94728243f, -0.98186183f},
                                                     {0.19182162f, 0.0674140528f, 2.33595777f, -0.939018726f},
                                                 }});
}

// torch 2.x: torch.optim.SGD([w], lr=0.1, momentum=0.9, weight_decay=5e-4)
BOOST_AUTO_TEST_CASE(momentum_and_weight_decay) {
    check_trajectory(SGD{.learning_rate = 0.1f, .momentum = 0.9f, .weight_decay = 5e-4f},
                     {{
                         {0.69994998f, -0.599899948f, 0.499974996f, -0.800000012f},
                         {0.334874988f, 0.940190077f, 0.58742249f, -1.57995999f},
                         {-0.127196774f, 2.4441669f, 0.733580351f, -2.60284686f},
                         {-0.542835295f, 3.11437392f, 1.00555182f, -3.44317269f},
                         {-0.812599301f, 2.58309221f, 1.47638619f, -3.82713509f},
                         {-0.977211356f, 1.34238195f, 2.19377804f, -3.99365306f},
                         {-1.10259223f, 0.122961029f, 3.24057674f, -4.24363708f},
                         {-1.08012056f, -1.11141229f, 4.84314871f, -4.15622854f},
                         {-0.958080053f, -1.86386895f, 7.25072622f, -3.8945415f},
                         {-0.753950179f, -1.97557604f, 10.8665476f, -3.47035146f},
                     }});
}

// torch 2.x: torch.optim.SGD([w], lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.01)
BOOST_AUTO_TEST_CASE(dampening) {
    check_trajectory(SGD{.learning_rate = 0.1, .momentum = 0.9, .dampening = 0.5, .weight_decay = 0.01},
                     {{
                         {0.699000001f, -0.59799993f, 0.499500006f, -0.800000012f},
                         {0.380300522f, 0.803799093f, 0.542500257f, -1.54960001f},
                         {0.024265809f, 2.14444637f, 0.610179245f, -2.38472509f},
                         {-0.303640842f, 3.05328989f, 0.728678167f, -3.10052729f},
                         {-0.558422923f, 3.31172872f, 0.920330703f, -3.56568575f},
                         {-0.761088967f, 3.05215859f, 1.1836096f, -3.89965343f},
                         {-0.942553401f, 2.50919557f, 1.51957977f, -4.25078297f},
                         {-1.04577243f, 1.59289491f, 1.97940111f, -4.40840483f},
                         {-1.08898306f, 0.540993631f, 2.58862829f, -4.45035028f},
                         {-1.07366025f, -0.484012008f, 3.39411068f, -4.37774229f},
                     }});
}

// torch 2.x: torch.optim.SGD([w], lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)
BOOST_AUTO_TEST_CASE(nesterov) {
    check_trajectory(SGD{.learning_rate = 0.05, .momentum = 0.9, .weight_decay = 5e-4, .nesterov = true},
                     {{
                         {0.714952528f, -0.669904947f, 0.499976248f, -0.75999999f},
                         {0.501727879f, 0.18309027f, 0.583062887f, -1.14286387f},
                         {0.210576639f, 1.14314425f, 0.681733489f, -1.78521812f},
                         {-0.0157602262f, 1.57356369f, 0.864133954f, -2.17169452f},
                         {-0.155359745f, 1.45425093f, 1.1576606f, -2.24397206f},
                         {-0.292411059f, 1.24668038f, 1.55124807f, -2.35311365f},
                         {-0.464802712f, 1.18023539f, 2.06105494f, -2.66937137f},
                         {-0.531441927f, 0.722341597f, 2.80055642f, -2.65007925f},
                         {-0.57901907f, 0.332443863f, 3.80403805f, -2.63558269f},
                         {-0.589402914f, -0.0210065115f, 5.17843485f, -2.55159426f},
                     }});
}

BOOST_AUTO_TEST_CASE(without_momentum_there_is_no_state) {
    const SGD sgd{.learning_rate = 0.5};
    BOOST_TEST(sgd.used_states() == 0);
    BOOST_TEST((SGD{.momentum = 0.9}.used_states()) == 1);
    float weight = 1.0f;
    sgd.update<float>(weight, 2.0f, nullptr, sgd.constants(1));
    BOOST_TEST(weight == 0.0f);
}

BOOST_AUTO_TEST_CASE(defaults_are_torch) {
    const SGD sgd;
    BOOST_TEST(sgd.learning_rate == 1e-3);
    BOOST_TEST(sgd.momentum == 0.0);
    BOOST_TEST(sgd.weight_decay == 0.0);
    BOOST_TEST((sgd == SGD{}));
    BOOST_TEST(!(sgd == SGD{.nesterov = true}));
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const SGD& rule) { return testing::message_of<std::invalid_argument>([&] { rule.check(); }); };
    BOOST_TEST(said({.learning_rate = -0.1}) ==
               "SGD: learning_rate: expected a finite number of 0 or more, found -0.1");
    BOOST_TEST(said({.learning_rate = std::nan("")}) ==
               "SGD: learning_rate: expected a finite number of 0 or more, found nan");
    // Beyond every float, which kernels compute with.
    BOOST_TEST(said({.learning_rate = 1e300}) ==
               "SGD: learning_rate: expected a finite number of 0 or more, found 1e+300");
    BOOST_TEST(said({.momentum = -0.9}) == "SGD: momentum: expected a finite number of 0 or more, found -0.9");
    BOOST_TEST(said({.dampening = HUGE_VAL}) == "SGD: dampening: expected a finite number, found inf");
    BOOST_TEST(said({.weight_decay = -1}) == "SGD: weight_decay: expected a finite number of 0 or more, found -1");
    BOOST_TEST(said({.nesterov = true}) == "SGD: momentum: expected more than 0 with nesterov, found 0");
    BOOST_TEST(said({.momentum = 0.9, .dampening = 0.5, .nesterov = true}) ==
               "SGD: dampening: expected 0 with nesterov, found 0.5");
    SGD{.learning_rate = 0.0, .momentum = 0.9, .nesterov = true}.check();
    SGD{}.check();
}
