#pragma once

#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
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
    throw std::runtime_error(joined({"cannot ", what, " ", path, ": ", std::strerror(error)}));
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
}  // namespace detail

/// The contents of a file. Copies share them.
class FileBytes {
  public:
    /// Reads the whole file at `path` into one block of exactly its size.
    ///
    /// Throws std::runtime_error, with the path and the system's reason, for a file that is missing, unreadable, not a
    /// regular file, larger than the memory to be had, or that changes its size while it is read.
    TENET_COLD explicit FileBytes(const std::string& path) {
        const std::unique_ptr<std::FILE, detail::CloseFile> file{std::fopen(path.c_str(), "rbe")};
        if (!file) detail::throw_system_error("open", path, errno);
        std::setvbuf(file.get(), nullptr, _IONBF, 0);

        struct stat status {};
        if (::fstat(::fileno(file.get()), &status) != 0) detail::throw_system_error("examine", path, errno);
        if (!S_ISREG(status.st_mode)) throw_unreadable(path, "it is not a regular file");
        size_ = static_cast<std::size_t>(status.st_size);
        try {
            // Not value-initialised: the pages of a large file should be touched once, by the read.
            storage_ = std::shared_ptr<std::byte[]>(new std::byte[size_]);
        } catch (const std::bad_alloc&) {
            throw_unreadable(path, joined({"no memory for its ", size_, " bytes"}));
        }

        const std::size_t got = std::fread(storage_.get(), 1, size_, file.get());
        if (got != size_ && std::ferror(file.get())) detail::throw_system_error("read", path, errno);
        if (got != size_ || std::fgetc(file.get()) != EOF)
            throw_unreadable(path, joined({"its size changed from ", size_, " bytes during reading"}));
    }

    std::size_t size() const { return size_; }
    std::span<const std::byte> bytes() const { return {storage_.get(), size_}; }

    /// The block itself, for an object that keeps views of the bytes.
    const std::shared_ptr<std::byte[]>& storage() const { return storage_; }

  private:
    [[noreturn]] static void throw_unreadable(const std::string& path, std::string_view reason) {
        throw std::runtime_error(joined({"cannot read ", path, ": ", reason}));
    }

    std::shared_ptr<std::byte[]> storage_;
    std::size_t size_ = 0;
};

}  // namespace tenet::io
