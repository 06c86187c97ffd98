#define BOOST_TEST_MODULE adam
#include <cmath>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/optimizers/adam.hpp>

#include <support/message_of.hpp>

#include "trajectory.hpp"

using namespace tenet;

// torch 2.x, all trajectories: w = [1, -2, 0.5, 0], loss_k = 0.5 * (q * w^2).sum() + (r * w).sum() * p[k].

// torch 2.x: torch.optim.Adam([w], lr=0.1, weight_decay=0.01)
BOOST_AUTO_TEST_CASE(weight_decay) {
    check_trajectory(Adam{.learning_rate = 0.1, .weight_decay = 0.01},
                     {{
                         {0.900000036f, -1.89999998f, 0.400000215f, -0.0999999866f},
                         {0.810722709f, -1.80740762f, 0.473912805f, -0.175309002f},
                         {0.71922338f, -1.71306586f, 0.556796312f, -0.255587965f},
                         {0.633145988f, -1.62200522f, 0.644244015f, -0.323691398f},
                         {0.558435678f, -1.53773344f, 0.733799219f, -0.366808772f},
                         {0.486730278f, -1.4546932f, 0.826953232f, -0.403617263f},
                         {0.411564589f, -1.36905444f, 0.922442675f, -0.449095517f},
                         {0.343322068f, -1.28712142f, 1.01981676f, -0.482571632f},
                         {0.278116524f, -1.20643175f, 1.11910725f, -0.512309194f},
                         {0.216541961f, -1.12731481f, 1.22009122f, -0.537848592f},
                     }});
}

// torch 2.x: torch.optim.Adam([w], lr=0.1, betas=(0.8, 0.9), eps=1e-6, amsgrad=True)
BOOST_AUTO_TEST_CASE(amsgrad) {
    check_trajectory(Adam{.learning_rate = 0.1, .betas = {0.8, 0.9}, .eps = 1e-6, .amsgrad = true},
                     {{
                         {0.900000036f, -1.89999998f, 0.5f, -0.0999999866f},
                         {0.811437607f, -1.80785394f, 0.576577902f, -0.170356065f},
                         {0.719931602f, -1.71345413f, 0.663009584f, -0.250506669f},
                         {0.636292219f, -1.6227299f, 0.754399776f, -0.313065767f},
                         {0.569780767f, -1.54305768f, 0.848287761f, -0.345278859f},
                         {0.507637143f, -1.46458232f, 0.945227623f, -0.370057344f},
                         {0.437461495f, -1.37809503f, 1.04385877f, -0.409321934f},
                         {0.378625274f, -1.29895926f, 1.14424193f, -0.432108194f},
                         {0.324347645f, -1.22201395f, 1.24616241f, -0.450516254f},
                         {0.275251448f, -1.14801121f, 1.3493799f, -0.464115798f},
                     }});
}

// torch 2.x: torch.optim.Adam([w])
BOOST_AUTO_TEST_CASE(defaults) {
    check_trajectory(Adam{}, {{
                                 {0.999000013f, -1.99899995f, 0.5f, -0.000999999931f},
                                 {0.998095334f, -1.99806786f, 0.500744164f, -0.00175718288f},
                                 {0.997164965f, -1.99711668f, 0.501560926f, -0.00256551662f},
                                 {0.996269703f, -1.99618936f, 0.502446532f, -0.00325883343f},
                                 {0.995451212f, -1.99531269f, 0.503367245f, -0.0037123994f},
                                 {0.994638085f, -1.99443758f, 0.504313052f, -0.00411025807f},
                                 {0.993786871f, -1.99353564f, 0.505249798f, -0.00459739752f},
                                 {0.992965341f, -1.99265289f, 0.506210983f, -0.00497349538f},
                                 {0.992144287f, -1.99176967f, 0.507184327f, -0.00531969639f},
                                 {0.991325617f, -1.99088728f, 0.508168221f, -0.005631648f},
                             }});
}

BOOST_AUTO_TEST_CASE(the_largest_second_moment_is_kept_only_with_amsgrad) {
    BOOST_TEST(Adam{}.used_states() == 2);
    BOOST_TEST((Adam{.amsgrad = true}.used_states()) == 3);
    const Adam adam;
    float weight = 1.0f, state[3]{0.0f, 0.0f, -7.0f};
    adam.update(weight, 2.0f, state, adam.constants(1));
    BOOST_TEST(state[2] == -7.0f);
}

BOOST_AUTO_TEST_CASE(late_steps_have_no_bias_left) {
    const auto c = Adam{.learning_rate = 0.25}.constants(1'000'000);
    BOOST_TEST(c.step_size == 0.25f);
    BOOST_TEST(c.denominator_scale == 1.0f);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const Adam& rule) {
        return testing::message_of<std::invalid_argument>([&] { rule.check(); });
    };
    BOOST_TEST(said({.learning_rate = -0.1}) ==
               "Adam: learning_rate: expected a finite number of 0 or more, found -0.1");
    BOOST_TEST(said({.betas = {1, 1}}) == "Adam: betas[0]: expected 0 or more and less than 1, found 1");
    BOOST_TEST(said({.betas = {0.9, 1.5}}) == "Adam: betas[1]: expected 0 or more and less than 1, found 1.5");
    BOOST_TEST(said({.betas = {0.9, std::nan("")}}) == "Adam: betas[1]: expected 0 or more and less than 1, found nan");
    BOOST_TEST(said({.eps = -1e-8}) == "Adam: eps: expected a finite number of 0 or more, found -1e-08");
    BOOST_TEST(said({.weight_decay = HUGE_VAL}) ==
               "Adam: weight_decay: expected a finite number of 0 or more, found inf");
    Adam{.betas = {0, 0}, .eps = 0}.check();
    Adam{}.check();
}
