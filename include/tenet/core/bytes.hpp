#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Amounts of memory: `static_assert(LeNet::inference_memory(1) < 32_KiB)`.
inline namespace literals {

consteval std::int64_t operator""_KiB(unsigned long long number) { return static_cast<std::int64_t>(number << 10); }
consteval std::int64_t operator""_MiB(unsigned long long number) { return static_cast<std::int64_t>(number << 20); }
consteval std::int64_t operator""_GiB(unsigned long long number) { return static_cast<std::int64_t>(number << 30); }

}  // namespace literals

}  // namespace tenet
