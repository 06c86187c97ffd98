#pragma once

#include <limits>
#include <string_view>

#include <tenet/diagnostics/diagnosis.hpp>

/// What a layer asks of the numbers among its template arguments: the first that it does not get is the diagnosis.
namespace TENET_NAMESPACE::detail {

constexpr void require_finite(Diagnosis& why, std::string_view what, float number) {
    constexpr float most = std::numeric_limits<float>::max();
    if (why.empty() && !(number >= -most && number <= most)) why.name(what) << why::must_be_finite;
}

constexpr void require_not_negative(Diagnosis& why, std::string_view what, float number) {
    require_finite(why, what, number);
    if (why.empty() && number < 0.0f) why.name(what) << why::must_not_be_negative;
}

constexpr void require_positive(Diagnosis& why, std::string_view what, float number) {
    require_finite(why, what, number);
    if (why.empty() && !(number > 0.0f)) why.name(what) << why::must_be_positive;
}

}  // namespace tenet::detail
