// Included again and again, without a guard; core/restore_macros.hpp undoes it.
//
// Words that Qt, X11 and Windows define as macros and that the standard library, oneTBB or RapidJSON use as names. No
// header of tenet uses them, but for `min` and `max`.
#pragma push_macro("Always")
#pragma push_macro("Bool")
#pragma push_macro("False")
#pragma push_macro("None")
#pragma push_macro("Status")
#pragma push_macro("Success")
#pragma push_macro("True")
#pragma push_macro("emit")
#pragma push_macro("foreach")
#pragma push_macro("max")
#pragma push_macro("min")
#pragma push_macro("signals")
#pragma push_macro("slots")
#undef Always
#undef Bool
#undef False
#undef None
#undef Status
#undef Success
#undef True
#undef emit
#undef foreach
#undef max
#undef min
#undef signals
#undef slots

// g++ takes the int of an array bound for a conversion to size_t.
#if defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif
