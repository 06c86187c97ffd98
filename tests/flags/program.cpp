// A user's program, for flags that are told by running it.

#include <flags/use.hpp>

using namespace tenet;

using Net = Network<Input<1, 8, 8>, Conv2d<4, Kernel<3>>, BatchNorm2d<>, ReLU, MaxPool2d<2>, Flatten, Dropout<0.25f>,
                    Linear<3>>;

int main(int argc, char** argv) {
    const std::string folder = argc > 1 ? std::string{argv[1]} + "/" : "";
    const data::Dataset<float, data::Label> set{Net::input_shape, std::vector<float>(64 * 10, 0.5f),
                                                std::vector<data::Label>(10, 2)};
    return testing::use<Net>(set, CrossEntropy{}, Adam{}, folder) ? 0 : 1;
}
