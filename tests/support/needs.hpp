#pragma once

#include <string>

#include <support/boost_test.hpp>

namespace tenet::testing {

/// For a test case that needs something of the machine: `*boost::unit_test::precondition(needs("gnuplot", &gnuplot_is_there))`.
/// Without it the case is skipped, and its log at the level `test_suite` says "no gnuplot".
inline auto needs(std::string what, bool (*is_there)()) {
    return [what, is_there](boost::unit_test::test_unit_id) {
        boost::test_tools::assertion_result result = is_there();
        result.message() << "no " << what;
        return result;
    };
}

}  // namespace tenet::testing
