# Warnings are a matter of our own programs; whoever links tenet::tenet keeps their own.
# Extents are ints and sizes of containers are not: clang's -Wconversion would warn of every meeting of the two.
set(tenet_warning_flags -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow)

add_library(tenet_warnings INTERFACE)
target_compile_options(tenet_warnings INTERFACE ${tenet_warning_flags})
