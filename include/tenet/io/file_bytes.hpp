#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io {

namespace detail {
/// `cannot open weights.safetensors: No such file or directory`
[[noreturn]] TENET_NOINLINE inline void throw_system_error(const char* what, const std::string& path, int error) {
    throw std::runtime_error(
        joined({"cannot ", what, " ", path.empty() ? "\"\"" : printable(path), ": ", std::strerror(error)}));
}

/// The path, unless the system would read only a part of it.
TENET_COLD inline const std::string& checked_path(const std::string& path) {
    if (path.find('\0') != std::string::npos)
        throw std::runtime_error(joined({"cannot use the path ", printable(path), ": there is a NUL in it"}));
    return path;
}
}  // namespace detail

/// An open file whose beginning can be looked at before the memory for all of it is taken.
///
/// Throws std::runtime_error, with the path and the system's reason, for a file that is missing, unreadable or not a
/// regular file: a pipe or a device is refused and not waited for.
class FileReader {
  public:
    TENET_COLD explicit FileReader(const std::string& path) : path_(detail::checked_path(path)) {
        // Not to wait for somebody who opens the other end of a pipe.
        descriptor_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor_ < 0) detail::throw_system_error("open", path, errno);
        struct stat status {};
        const bool examined = ::fstat(descriptor_, &status) == 0;
        if (examined && S_ISREG(status.st_mode)) {
            size_ = static_cast<std::uint64_t>(status.st_size);
            return;
        }
        const int error = errno;
        ::close(descriptor_);
        if (!examined) detail::throw_system_error("examine", path, error);
        throw_unreadable("it is not a regular file");
    }
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;
    ~FileReader() { ::close(descriptor_); }

    const std::string& path() const { return path_; }
    std::uint64_t size() const { return size_; }

    /// `count` bytes from `begin` on, or as many as there are.
    std::string text(std::uint64_t begin, std::uint64_t count) const {
        std::string bytes(static_cast<std::size_t>(begin < size_ ? std::min(count, size_ - begin) : 0), '\0');
        bytes.resize(read(begin, std::as_writable_bytes(std::span{bytes.data(), bytes.size()})));
        return bytes;
    }

    /// Fills `bytes` from those of the file that begin at `begin`, and says how many there were.
    TENET_COLD std::size_t read(std::uint64_t begin, std::span<std::byte> bytes) const {
        std::size_t got = 0;
        while (got < bytes.size()) {
            const ssize_t more =
                ::pread(descriptor_, bytes.data() + got, bytes.size() - got, static_cast<off_t>(begin + got));
            if (more < 0 && errno == EINTR) continue;
            if (more < 0) detail::throw_system_error("read", path_, errno);
            if (more == 0) break;
            got += static_cast<std::size_t>(more);
        }
        return got;
    }

    [[noreturn]] void throw_unreadable(std::string_view reason) const {
        throw std::runtime_error(joined({"cannot read ", printable(path_), ": ", reason}));
    }

  private:
    std::string path_;
    std::uint64_t size_ = 0;
    int descriptor_ = -1;
};

/// The contents of a file. Copies share them.
class FileBytes {
  public:
    explicit FileBytes(const std::string& path) : FileBytes(FileReader{path}) {}

    /// Reads the whole file into one block of exactly its size.
    ///
    /// Throws std::runtime_error for a file that is larger than the memory to be had, or that changes its size while it
    /// is read.
    TENET_COLD explicit FileBytes(const FileReader& file) : size_(static_cast<std::size_t>(file.size())) {
        try {
            // Not value-initialised: the pages of a large file should be touched once, by the read.
            storage_ = std::shared_ptr<std::byte[]>(new std::byte[size_]);
        } catch (const std::bad_alloc&) {
            file.throw_unreadable(joined({"no memory for its ", size_, " bytes"}));
        }
        std::byte surplus;
        if (file.read(0, {storage_.get(), size_}) != size_ || file.read(size_, {&surplus, 1}) != 0)
            file.throw_unreadable(joined({"its size changed from ", size_, " bytes during reading"}));
    }

    std::size_t size() const { return size_; }
    std::span<const std::byte> bytes() const { return {storage_.get(), size_}; }

    /// The block itself, for an object that keeps views of the bytes.
    const std::shared_ptr<std::byte[]>& storage() const { return storage_; }

  private:
    std::shared_ptr<std::byte[]> storage_;
    std::size_t size_ = 0;
};

}  // namespace tenet::io
