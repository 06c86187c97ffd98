# Warnings are a matter of our own programs; whoever links tenet::tenet keeps their own.
set(tenet_warning_flags -Wall -Wextra -Wpedantic -Wconversion -Wshadow)

add_library(tenet_warnings INTERFACE)
target_compile_options(tenet_warnings INTERFACE ${tenet_warning_flags})
