#pragma once

// clang-format off
#include <tenet/core/hide_macros.hpp>
// X11 has a macro `Bool`, which is a function of RapidJSON's handlers.
#include <rapidjson/encodings.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <tenet/core/restore_macros.hpp>
// clang-format on
