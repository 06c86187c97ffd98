#define BOOST_TEST_MODULE golden_activations
#include <tenet/layers/activations.hpp>
#include <tenet/layers/prelu.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

template <class Layer>
using On37 = Network<Input<37>, Layer>;

BOOST_AUTO_TEST_CASE(activations) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<On37<ReLU>>("activation_relu"));
    cases.push_back(golden::layer<On37<ReLU6>>("activation_relu6"));
    cases.push_back(golden::layer<On37<LeakyReLU<>>>("activation_leaky_relu"));
    cases.push_back(golden::layer<On37<LeakyReLU<0.2f>>>("activation_leaky_relu_slope"));
    cases.push_back(golden::layer<On37<PReLU<>>>("activation_prelu"));
    cases.push_back(golden::layer<On37<ELU<>>>("activation_elu"));
    cases.push_back(golden::layer<On37<ELU<0.5f>>>("activation_elu_alpha"));
    cases.push_back(golden::layer<On37<SELU>>("activation_selu"));
    cases.push_back(golden::layer<On37<GELU>>("activation_gelu"));
    cases.push_back(golden::layer<On37<GELUTanh>>("activation_gelu_tanh"));
    cases.push_back(golden::layer<On37<SiLU>>("activation_silu"));
    cases.push_back(golden::layer<On37<Sigmoid>>("activation_sigmoid"));
    cases.push_back(golden::layer<On37<HardSigmoid>>("activation_hard_sigmoid"));
    cases.push_back(golden::layer<On37<Tanh>>("activation_tanh"));
    cases.push_back(golden::layer<On37<HardTanh<>>>("activation_hard_tanh"));
    cases.push_back(golden::layer<On37<HardTanh<-2.0f, 0.5f>>>("activation_hard_tanh_range"));
    cases.push_back(golden::layer<On37<Softplus<>>>("activation_softplus"));
    cases.push_back(golden::layer<On37<Softplus<2.0f, 5.0f>>>("activation_softplus_beta"));
    cases.push_back(golden::layer<On37<Softsign>>("activation_softsign"));
    cases.push_back(golden::layer<On37<Mish>>("activation_mish"));
    cases.push_back(golden::layer<Network<Input<4, 3, 5>, PReLU<4>>>("activation_prelu_channels"));
    cases.push_back(golden::layer<Network<Input<6>, PReLU<6>>>("activation_prelu_features"));
    golden::check_layers("activations", cases);
}
