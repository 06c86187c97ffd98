// expect: Dataset: inputs are kept as float or, images as bytes, as std::uint8_t
// expect: Dataset: targets are data::Label for classes, float for numbers, or data::PixelLabel for classes of pixels
#include <tenet/data/dataset.hpp>

using namespace tenet;

#if defined(REPAIRED)
using Classes = data::Dataset<float, int>;
using Line = data::Dataset<float, float>;
#else
using Classes = data::Dataset<double, int>;
using Line = data::Dataset<float, double>;
#endif

std::int64_t count(const Classes& classes, const Line& line) {
    return classes.size() + line.size();
}
