// Included again and again, without a guard; core/restore_macros.hpp undoes it.
//
// Words that Qt, X11, Windows, C's complex numbers and macOS define as macros and that the standard library, oneTBB,
// RapidJSON or our headers use as names.
#pragma push_macro("Always")
#pragma push_macro("Bool")
#pragma push_macro("False")
#pragma push_macro("I")
#pragma push_macro("None")
#pragma push_macro("Status")
#pragma push_macro("Success")
#pragma push_macro("True")
#pragma push_macro("check")
#pragma push_macro("emit")
#pragma push_macro("foreach")
#pragma push_macro("max")
#pragma push_macro("min")
#pragma push_macro("require")
#pragma push_macro("signals")
#pragma push_macro("slots")
#pragma push_macro("verify")
#undef Always
#undef Bool
#undef False
#undef I
#undef None
#undef Status
#undef Success
#undef True
#undef check
#undef emit
#undef foreach
#undef max
#undef min
#undef require
#undef signals
#undef slots
#undef verify
