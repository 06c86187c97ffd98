// The program, compiled without a flag for the machine: holds its own numbers and those of second.cpp to what is right.

#include "sum.hpp"

double second();

int main() {
    int failures = 0;
    for (const double found : {computed(), second(), computed(), second()})
        if (!(std::abs(found - expected) < 1e-5)) {
            std::printf("expected %.7f, found %.7g\n", expected, found);
            ++failures;
        }
    return failures;
}
