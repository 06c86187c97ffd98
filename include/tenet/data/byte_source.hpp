#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::data::detail {

/// Bytes that are read from the first to the last, wherever they come from; it knows its name for the errors.
class ByteSource {
  public:
    explicit ByteSource(std::string_view name) : name_(io::printable(name)) {}
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;

    /// Reads exactly `size` bytes, or fails.
    void read(void* destination, std::size_t size) {
        const std::size_t got = read_some(static_cast<std::byte*>(destination), size);
        if (got != size)
            fail(io::joined({"expected ", position_ + size, " bytes, found ", position_ + got, ": truncated"}));
        position_ += size;
    }

    /// Fails when it is certain that fewer or more than `size` bytes follow.
    virtual void expect_remaining(std::uint64_t size) const = 0;

    /// How many bytes to expect from an honest input, as the first guess of what to allocate.
    virtual std::size_t likely_size() const = 0;

    /// Fails when anything follows.
    virtual void expect_end() = 0;

    [[noreturn]] void fail(std::string_view problem) const {
        throw std::runtime_error(io::joined({name_, ": ", problem}));
    }

  protected:
    /// Reads as many bytes as there are, at most `size`.
    virtual std::size_t read_some(std::byte* destination, std::size_t size) = 0;

    std::uint64_t position() const { return position_; }

  private:
    std::string name_;
    std::uint64_t position_ = 0;
};

class PlainSource final : public ByteSource {
  public:
    PlainSource(std::span<const std::byte> bytes, const std::string& name) : ByteSource(name), rest_(bytes) {}

    TENET_COLD void expect_remaining(std::uint64_t size) const override {
        if (rest_.size() == size) return;
        constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        const bool countable = size <= most - position();
        fail(io::joined({"expected ", countable ? "" : "more than ", countable ? position() + size : most,
                         " bytes, found ", position() + rest_.size(), rest_.size() < size ? ": truncated" : ": too long"}));
    }

    std::size_t likely_size() const override { return rest_.size(); }

    void expect_end() override { expect_remaining(0); }

  protected:
    std::size_t read_some(std::byte* destination, std::size_t size) override {
        size = std::min(size, rest_.size());
        if (size > 0) std::memcpy(destination, rest_.data(), size);
        rest_ = rest_.subspan(size);
        return size;
    }

  private:
    std::span<const std::byte> rest_;
};

/// Decompresses gzip data (RFC 1952, any number of members) as it is read, and no further.
class GzipSource final : public ByteSource {
  public:
    static bool recognizes(std::span<const std::byte> bytes) {
        return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
    }

    GzipSource(std::span<const std::byte> compressed, const std::string& name)
        : ByteSource(name), compressed_size_(compressed.size()), rest_(compressed) {
        if (inflateInit2(&stream_, gzip_only + MAX_WBITS) != Z_OK) fail("no memory to decompress it");
    }
    ~GzipSource() override { inflateEnd(&stream_); }

    /// Deflate codes at most 258 bytes in 2 bits, 1032 to 1: a header that states more is false.
    void expect_remaining(std::uint64_t size) const override {
        if (size / 1032 > compressed_size_)
            fail(io::joined({"expected ", size, " bytes after the header, but the ", compressed_size_,
                             " compressed bytes cannot hold as many"}));
    }

    std::size_t likely_size() const override { return 16 * compressed_size_; }

    void expect_end() override {
        std::byte surplus;
        if (read_some(&surplus, 1) != 0) fail(io::joined({"expected ", position(), " bytes, found more: too long"}));
    }

  protected:
    std::size_t read_some(std::byte* destination, std::size_t size) override {
        const std::size_t wanted = size;
        while (size > 0 && !finished_) {
            feed();
            const auto room = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
            stream_.next_out = reinterpret_cast<Bytef*>(destination);
            stream_.avail_out = room;
            const int status = inflate(&stream_, Z_NO_FLUSH);
            const std::size_t produced = room - stream_.avail_out;
            destination += produced;
            size -= produced;
            if (status == Z_STREAM_END)
                begin_next_member();
            else if (status == Z_BUF_ERROR && stream_.avail_in == 0 && rest_.empty())
                fail("the gzip data is truncated");
            else if (status != Z_OK)
                fail(io::joined({"the gzip data is corrupt: ", stream_.msg ? stream_.msg : zError(status)}));
        }
        return wanted - size;
    }

  private:
    TENET_LOCAL static constexpr int gzip_only = 16;

    /// zlib counts in 32 bits; a file may be longer.
    void feed() {
        if (stream_.avail_in > 0) return;
        const auto size = static_cast<uInt>(std::min<std::size_t>(rest_.size(), std::numeric_limits<uInt>::max()));
        // zlib does not write to its input.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(rest_.data()));
        stream_.avail_in = size;
        rest_ = rest_.subspan(size);
    }

    /// What may follow a member is another one, or zeros to the end, with which tapes and block devices pad.
    void begin_next_member() {
        feed();
        const std::span<const std::byte> next{reinterpret_cast<const std::byte*>(stream_.next_in), stream_.avail_in};
        if (recognizes(next) || (next.size() == 1 && next[0] == std::byte{0x1f})) {
            inflateReset(&stream_);
            return;
        }
        const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
        if (!std::all_of(next.begin(), next.end(), is_zero) || !std::all_of(rest_.begin(), rest_.end(), is_zero))
            fail(io::joined({"the gzip data is followed by ", next.size() + rest_.size(), " bytes of something else"}));
        finished_ = true;
    }

    z_stream stream_{};
    std::size_t compressed_size_;
    std::span<const std::byte> rest_;
    bool finished_ = false;
};

}  // namespace tenet::data::detail
