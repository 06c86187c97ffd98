#pragma once

/// Boost.Test. A test program defines BOOST_TEST_MODULE, then includes this; the build says how the library is linked: from
/// its binary, or, for another processor, compiled from its headers.

#include <boost/test/unit_test.hpp>
