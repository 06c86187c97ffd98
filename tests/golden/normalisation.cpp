#define BOOST_TEST_MODULE golden_normalisation
#include <tenet/layers/group_norm.hpp>
#include <tenet/layers/instance_norm.hpp>
#include <tenet/layers/layer_norm.hpp>
#include <tenet/layers/local_response_norm.hpp>
#include <tenet/layers/rms_norm.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(normalisation) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<20>, LayerNorm<>>>("layer_norm"));
    cases.push_back(golden::layer<Network<Input<5, 7>, LayerNorm<>>>("layer_norm_rows"));
    cases.push_back(golden::layer<Network<Input<3, 4, 5>, LayerNorm<2>>>("layer_norm_two_axes"));
    cases.push_back(golden::layer<Network<Input<3, 12, 12>, LayerNorm<3>>>("layer_norm_long"));
    cases.push_back(golden::layer<Network<Input<9>, LayerNorm<1, Eps<0.01f>, NoBias>>>("layer_norm_no_bias"));
    cases.push_back(golden::layer<Network<Input<9>, LayerNorm<1, NoAffine>>>("layer_norm_no_affine"));
    cases.push_back(golden::layer<Network<Input<20>, RMSNorm<>>>("rms_norm"));
    cases.push_back(golden::layer<Network<Input<3, 4, 5>, RMSNorm<2, Eps<0.01f>>>>("rms_norm_two_axes"));
    cases.push_back(golden::layer<Network<Input<2, 9>, RMSNorm<1, NoAffine>>>("rms_norm_no_affine"));
    cases.push_back(golden::layer<Network<Input<6, 4, 5>, GroupNorm<2>>>("group_norm"));
    cases.push_back(golden::layer<Network<Input<12>, GroupNorm<3>>>("group_norm_vector"));
    cases.push_back(golden::layer<Network<Input<4, 2, 3, 3>, GroupNorm<4, Eps<0.01f>>>>("group_norm_volume"));
    cases.push_back(golden::layer<Network<Input<3, 7>, GroupNorm<1, NoAffine>>>("group_norm_no_affine"));
    cases.push_back(golden::layer<Network<Input<4, 11>, InstanceNorm1d<>>>("instance_norm1d"));
    cases.push_back(golden::layer<Network<Input<3, 5, 6>, InstanceNorm2d<>>>("instance_norm2d"));
    cases.push_back(
        golden::layer<Network<Input<3, 5, 6>, InstanceNorm2d<Affine, Eps<0.01f>>>>("instance_norm2d_affine"));
    cases.push_back(golden::layer<Network<Input<2, 3, 4, 3>, InstanceNorm3d<Affine>>>("instance_norm3d_affine"));
    cases.push_back(golden::layer<Network<Input<7, 3, 4>, LocalResponseNorm<5>>>("local_response_norm"));
    cases.push_back(
        golden::layer<Network<Input<6, 5>, LocalResponseNorm<4, 0.5f, 0.5f, 2.0f>>>("local_response_norm_even"));
    cases.push_back(golden::layer<Network<Input<4, 2, 3>, LocalResponseNorm<9, 1.0f>>>("local_response_norm_wide"));
    golden::check_layers("normalisation", cases);
}
