// expect: Dataset: these inputs are of another type than its own: a Dataset<float, ...> takes a std::vector<float>
// expect: Dataset: these targets are of another type than its own: labels are a std::vector<data::Label>, numbers a std::vector<float>
// expect: Dataset: targets have a shape: {input_shape, inputs, target_shape, targets}
// expect: Dataset: an input's shape stands first: {Shape{4}, inputs, ...}
// lines: 18
#include <tenet/data/dataset.hpp>

using namespace tenet;

using Labelled = data::Dataset<float, data::Label>;
using Valued = data::Dataset<float, float>;

void make(const std::vector<float>& floats, const std::vector<data::Label>& labels) {
#if defined(REPAIRED)
    Labelled{Shape{2}, floats, labels};
    Labelled{Shape{2}, {1.0f, 2.0f}, {1}, {"zero", "one"}};
    Valued{Shape{2}, floats, Shape{1}, floats};
    data::Dataset deduced{Shape{2}, floats, Shape{1}, floats};
    static_assert(std::is_same_v<decltype(deduced), Valued>);
#else
    Labelled{Shape{2}, floats, std::vector<std::size_t>(2)};
    Valued{Shape{2}, std::vector<double>(4), Shape{1}, floats};
    Valued{Shape{2}, floats, floats};
    Labelled{2, floats, labels};
#endif
}
