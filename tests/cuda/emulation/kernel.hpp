#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// What kernels translated by translate.py are made of: the instructions of PTX, under their names with a `_` behind,
/// and the thread that runs them.
namespace emulation {

struct Extents {
    std::uint32_t x = 1, y = 1, z = 1;
};

template <int Size>
struct Parameter {
    alignas(16) unsigned char bytes[Size];
};

/// c += a * b of a warp: what one lane has of the matrices.
struct Multiply {
    std::uint32_t a[4], b[2];
    float c[4];
};
/// The row of 16 bytes that a lane gives, as an offset in shared memory, and the words that it gets.
struct LoadMatrices {
    std::uint32_t row;
    std::uint32_t words[4];
};
/// What a warp's lanes do together.
enum class WarpCode { barrier, mma_bf16, mma_f16, mma_tf32, ldmatrix, ldmatrix_trans };

struct Block;

/// One thread of a block. What it may not do ends the program with a message: an address outside of memory or not
/// aligned, and numbers in shared memory that another thread writes without a barrier in between.
struct Thread {
    Extents tid, ntid, ctaid, nctaid;
    unsigned char* parameters = nullptr;
    std::uint64_t shared = 0;          // where the block's shared memory is
    std::uint32_t dynamic_shared = 0;  // where in it that begins whose size the launch says
    int number = 0;
    Block* block = nullptr;

    std::uint64_t shared_address(std::uint32_t offset) const { return shared + offset; }
    /// The address again, of so many bytes to read or to write; `owned` are parameters and local variables.
    std::uint64_t load(std::uint64_t at, int bytes) { return check(at, bytes, false); }
    std::uint64_t store(std::uint64_t at, int bytes) { return check(at, bytes, true); }
    std::uint64_t owned(std::uint64_t at, int bytes) {
        if (at % static_cast<unsigned>(bytes) != 0) fail("an address that is not aligned", at, bytes);
        return at;
    }

    /// All threads of the block come here before one goes on.
    void barrier(std::uint32_t id);
    /// The lanes of the mask do the same instruction together; `site` is its place in the program.
    void warp_barrier(std::uint32_t mask, int site) { together(WarpCode::barrier, nullptr, mask, site); }
    void multiply(Multiply& lane, WarpCode code, int site) { together(code, &lane, ~0u, site); }
    void load_matrices(LoadMatrices& lane, WarpCode code, int site) { together(code, &lane, ~0u, site); }

    [[noreturn]] void fail(const char* what, std::uint64_t at = 0, int bytes = 0) const;

  private:
    std::uint64_t check(std::uint64_t at, int bytes, bool write);
    void together(WarpCode code, void* lane, std::uint32_t mask, int site);
};

/// A kernel, found by its name.
struct Kernel {
    std::string name;
    void (*run)(Thread&) = nullptr;
    std::vector<std::pair<int, int>> parameters;  // offset and bytes of each
    int shared = 0;                               // bytes, besides what the launch says
    bool waits = false;                           // its threads wait for each other, or share memory
    int most_threads = 1024;
    int most_dynamic_shared = 48 * 1024;  // bytes

    static Kernel* find(const std::string& name);

    /// Makes a kernel known.
    struct Entry {
        Entry(const char* name, void (*run)(Thread&), std::vector<std::pair<int, int>> parameters, int shared,
              bool waits, int most_threads);
    };
};

/// cudaGraphSetConditional.
void set_conditional(std::uint64_t handle, std::uint32_t value);
inline void set_conditional(Thread&, Parameter<8>& handle, Parameter<4>& value) {
    std::uint64_t h;
    std::uint32_t v;
    std::memcpy(&h, handle.bytes, sizeof h);
    std::memcpy(&v, value.bytes, sizeof v);
    set_conditional(h, v);
}

// Registers: each is read and written as what an instruction says, whatever it was declared as.

template <class T, class S>
T as(S value) {
    if constexpr (sizeof(T) == sizeof(S))
        return std::bit_cast<T>(value);
    else
        return static_cast<T>(value);
}
template <class Register, class T>
void assign(Register& to, T value) {
    to = as<Register>(value);
}
template <class T>
std::uint64_t address(const T* of) {
    return reinterpret_cast<std::uint64_t>(of);
}
template <class T>
T load(std::uint64_t at) {
    T value;
    std::memcpy(&value, reinterpret_cast<const void*>(at), sizeof value);
    return value;
}
template <class T>
void store(std::uint64_t at, T value) {
    std::memcpy(reinterpret_cast<void*>(at), &value, sizeof value);
}

// Instructions.

template <class T>
constexpr int bits = 8 * static_cast<int>(sizeof(T));
template <class T>
using Unsigned = std::make_unsigned_t<T>;

template <class T>
T neg_(T a) {
    return static_cast<T>(-a);
}
template <class T>
T abs_(T a) {
    return static_cast<T>(a < 0 ? -a : std::is_floating_point_v<T> ? std::fabs(a) : a);
}
template <class T>
T min_(T a, T b) {
    if constexpr (std::is_floating_point_v<T>)
        return std::fmin(a, b);
    else
        return std::min(a, b);
}
template <class T>
T max_(T a, T b) {
    if constexpr (std::is_floating_point_v<T>)
        return std::fmax(a, b);
    else
        return std::max(a, b);
}
/// By 0 as well: nvcc divides ahead of the branch that asks.
template <class T>
T div_(T a, T b) {
    if constexpr (std::is_integral_v<T>)
        if (b == 0) return static_cast<T>(-1);
    return static_cast<T>(a / b);
}
template <class T>
T rem_(T a, T b) {
    return b == 0 ? a : static_cast<T>(a % b);
}
template <class T>
T fma_(T a, T b, T c) {
    return std::fma(a, b, c);
}
template <class T>
T rcp_(T a) {
    return T(1) / a;
}
template <class T>
T sqrt_(T a) {
    return std::sqrt(a);
}
// The approximate ones, as exact as can be.
template <class T>
T rsqrt_(T a) {
    return static_cast<T>(1.0 / std::sqrt(static_cast<double>(a)));
}
inline float ex2_(float a) {
    return static_cast<float>(std::exp2(double{a}));
}
inline float lg2_(float a) {
    return static_cast<float>(std::log2(double{a}));
}
inline float sin_(float a) {
    return static_cast<float>(std::sin(double{a}));
}
inline float cos_(float a) {
    return static_cast<float>(std::cos(double{a}));
}
inline float tanh_(float a) {
    return static_cast<float>(std::tanh(double{a}));
}
/// The sign comes first.
template <class T>
T copysign_(T sign, T a) {
    return std::copysign(a, sign);
}
template <class T>
std::uint32_t clz_(T a) {
    return static_cast<std::uint32_t>(std::countl_zero(static_cast<Unsigned<T>>(a)));
}
template <class T>
std::uint32_t popc_(T a) {
    return static_cast<std::uint32_t>(std::popcount(static_cast<Unsigned<T>>(a)));
}

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;
template <class T>
T high_product(T a, T b) {
    using Wide = std::conditional_t<std::is_signed_v<T>, Int128, Uint128>;
    return static_cast<T>(static_cast<Wide>(a) * static_cast<Wide>(b) >> bits<T>);
}
template <class T>
T shl_(T a, std::uint32_t by) {
    return by >= bits<T> ? T(0) : static_cast<T>(static_cast<Unsigned<T>>(a) << by);
}
template <class T>
T shr_(T a, std::uint32_t by) {
    return static_cast<T>(by < bits<T> ? a >> by : std::is_signed_v<T> && a < 0 ? -1 : 0);
}
inline std::uint32_t shf_l_wrap(std::uint32_t low, std::uint32_t high, std::uint32_t by) {
    return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) << (by % 32) >> 32);
}
inline std::uint32_t shf_r_wrap(std::uint32_t low, std::uint32_t high, std::uint32_t by) {
    return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) >> (by % 32));
}
template <class T>
T bfe_(T a, std::uint32_t from, std::uint32_t count) {
    const int begin = static_cast<int>(from & 255), length = std::min(static_cast<int>(count & 255), bits<T> - begin);
    if (length <= 0) return 0;
    const int left = bits<T> - begin - length;
    return static_cast<T>(static_cast<T>(static_cast<Unsigned<T>>(a) << left) >> (bits<T> - length));
}
inline std::uint32_t prmt_(std::uint32_t a, std::uint32_t b, std::uint32_t selection) {
    const std::uint64_t bytes = std::uint64_t{b} << 32 | a;
    std::uint32_t result = 0;
    for (int i = 0; i < 4; ++i) {
        const std::uint32_t select = selection >> (4 * i) & 15, byte = bytes >> (8 * (select & 7)) & 255;
        result |= (select & 8 ? (byte & 128 ? 255u : 0u) : byte) << (8 * i);
    }
    return result;
}

// Comparisons: those with a `u` are true of NaN as well.
template <class T>
bool is_eq(T a, T b) {
    return a == b;
}
template <class T>
bool is_ne(T a, T b) {
    return a < b || a > b;
}
template <class T>
bool is_lt(T a, T b) {
    return a < b;
}
template <class T>
bool is_le(T a, T b) {
    return a <= b;
}
template <class T>
bool is_gt(T a, T b) {
    return a > b;
}
template <class T>
bool is_ge(T a, T b) {
    return a >= b;
}
template <class T>
bool is_equ(T a, T b) {
    return !is_ne(a, b);
}
template <class T>
bool is_neu(T a, T b) {
    return !(a == b);
}
template <class T>
bool is_ltu(T a, T b) {
    return !(a >= b);
}
template <class T>
bool is_leu(T a, T b) {
    return !(a > b);
}
template <class T>
bool is_gtu(T a, T b) {
    return !(a <= b);
}
template <class T>
bool is_geu(T a, T b) {
    return !(a < b);
}
template <class T>
bool is_num(T a, T b) {
    return a == a && b == b;
}
template <class T>
bool is_nan(T a, T b) {
    return !is_num(a, b);
}

template <class T>
T rni_(T a) {
    return std::nearbyint(a);
}
template <class T>
T rzi_(T a) {
    return std::trunc(a);
}
template <class T>
T rmi_(T a) {
    return std::floor(a);
}
template <class T>
T rpi_(T a) {
    return std::ceil(a);
}
/// The nearest there is, 0 for NaN (the least of 64 bits).
template <class I, class F>
I to_integer(F a) {
    using Limits = std::numeric_limits<I>;
    if (a != a) return bits<I> == 64 ? Limits::min() : I(0);
    if (static_cast<double>(a) >= std::ldexp(1.0, bits<I> - std::is_signed_v<I>)) return Limits::max();
    if (static_cast<double>(a) <= static_cast<double>(Limits::min())) return Limits::min();
    return static_cast<I>(a);
}

inline std::uint16_t bf16_(float a, bool relu) {
    if (a != a) return 0x7fff;
    if (relu && !(a > 0.0f)) return 0;
    const auto word = std::bit_cast<std::uint32_t>(a);
    return static_cast<std::uint16_t>((word + 0x7fff + (word >> 16 & 1)) >> 16);
}
inline std::uint16_t f16_(float a, bool relu) {
    if (a != a) return 0x7fff;
    if (relu && !(a > 0.0f)) return 0;
    return std::bit_cast<std::uint16_t>(static_cast<_Float16>(a));
}
inline float from_bf16(std::uint16_t a) {
    return std::bit_cast<float>(std::uint32_t{a} << 16);
}
inline float from_f16(std::uint16_t a) {
    return static_cast<float>(std::bit_cast<_Float16>(a));
}
inline std::uint32_t tf32_(float a) {
    const auto word = std::bit_cast<std::uint32_t>(a);
    return std::isfinite(a) ? (word + 0x1000) & ~0x1fffu : word;
}

}  // namespace emulation
