#define BOOST_TEST_MODULE adamw
#include <cmath>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/optimizers/adamw.hpp>

#include <support/message_of.hpp>

#include "trajectory.hpp"

using namespace tenet;

// torch 2.x, all trajectories: w = [1, -2, 0.5, 0], loss_k = 0.5 * (q * w^2).sum() + (r * w).sum() * p[k].

// torch 2.x: torch.optim.AdamW([w], lr=0.1, weight_decay=0.1)
BOOST_AUTO_TEST_CASE(weight_decay) {
    check_trajectory(AdamW{.learning_rate = 0.1, .weight_decay = 0.1},
                     {{
                         {0.889999986f, -1.88f, 0.495000005f, -0.0999999866f},
                         {0.792023361f, -1.76876235f, 0.564463675f, -0.174317151f},
                         {0.692831218f, -1.65692115f, 0.642914414f, -0.252865642f},
                         {0.600291431f, -1.54968846f, 0.725569725f, -0.31847471f},
                         {0.520498335f, -1.45071614f, 0.809761286f, -0.358478725f},
                         {0.444787264f, -1.35421896f, 0.89619565f, -0.391808629f},
                         {0.366406471f, -1.25612545f, 0.983708143f, -0.433496416f},
                         {0.296144187f, -1.16313004f, 1.07216573f, -0.462819368f},
                         {0.229911715f, -1.07261443f, 1.16145885f, -0.488164335f},
                         {0.168277621f, -0.984922409f, 1.25139999f, -0.509119391f},
                     }});
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const AdamW& rule) {
        return testing::message_of<std::invalid_argument>([&] { rule.check(); });
    };
    BOOST_TEST(said({.learning_rate = -0.1}) ==
               "AdamW: learning_rate: expected a finite number of 0 or more, found -0.1");
    BOOST_TEST(said({.betas = {1, 1}}) == "AdamW: betas[0]: expected 0 or more and less than 1, found 1");
    BOOST_TEST(said({.betas = {0.9, 1.5}}) == "AdamW: betas[1]: expected 0 or more and less than 1, found 1.5");
    BOOST_TEST(said({.betas = {0.9, std::nan("")}}) ==
               "AdamW: betas[1]: expected 0 or more and less than 1, found nan");
    BOOST_TEST(said({.eps = -1e-8}) == "AdamW: eps: expected a finite number of 0 or more, found -1e-08");
    BOOST_TEST(said({.weight_decay = HUGE_VAL}) ==
               "AdamW: weight_decay: expected a finite number of 0 or more, found inf");
    AdamW{.betas = {0, 0}, .eps = 0}.check();
    AdamW{}.check();
}
