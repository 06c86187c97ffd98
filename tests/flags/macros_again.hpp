// Behind the umbrella a user has the macros of flags/macros.hpp as before.
#if !defined(slots) || !defined(emit) || !defined(Bool) || !defined(None) || !defined(min) || !defined(max)
#error tenet.hpp has taken a macro away
#endif
static_assert(min(3, 2) == 2 && max(3, 2) == 3);
