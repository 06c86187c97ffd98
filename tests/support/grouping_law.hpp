#pragma once

#include <cstdint>
#include <vector>

#include <tenet/fusion/groups.hpp>

#include <support/boost_test.hpp>

/// The law: groups read what was written before them, and nothing is written twice.
namespace tenet::testing {

template <int N>
void check_written_before_read(const fusion::Grouping<N>& grouping) {
    std::vector<fusion::Part> written{grouping.part_of[0]};
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = grouping.groups[g];
        for (int k = 0; k < group.input_count; ++k) {
            std::int64_t found = 0;  // numbers of the input that were written before
            for (const fusion::Part& part : written)
                if (group.inputs[k].contains(part))
                    found += part.count;
                else if (part.contains(group.inputs[k]))
                    found += group.inputs[k].count;
            BOOST_TEST(found == group.inputs[k].count);
        }
        for (const fusion::Part& part : written) BOOST_TEST(!part.overlaps(group.output));
        written.push_back(group.output);
    }
}

}  // namespace tenet::testing
