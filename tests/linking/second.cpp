// Compiled for another machine, in a library of its own.

#include "sum.hpp"

double second() {
    return computed();
}
