// After core/hide_macros.hpp and what was to be included without a user's macros.
#pragma pop_macro("slots")
#pragma pop_macro("signals")
#pragma pop_macro("min")
#pragma pop_macro("max")
#pragma pop_macro("foreach")
#pragma pop_macro("emit")
#pragma pop_macro("True")
#pragma pop_macro("Success")
#pragma pop_macro("Status")
#pragma pop_macro("None")
#pragma pop_macro("False")
#pragma pop_macro("Bool")
#pragma pop_macro("Always")

#if defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#pragma GCC diagnostic pop
#endif
