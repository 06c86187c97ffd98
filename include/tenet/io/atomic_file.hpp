#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <tenet/config.hpp>
#include <tenet/io/file_bytes.hpp>
#include <tenet/io/temporaries.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io {

/// A file that appears under its name complete or not at all: what is written goes to a temporary file in the same
/// folder, and `commit()` flushes that to the disk and renames it. A reader, a crash or a full disk never meets half a
/// file.
///
///     io::AtomicFile file{"history.csv"};
///     file.write("epoch,loss\n");
///     file.commit();
///
/// Destroyed without `commit()`, it leaves nothing behind and an existing file as it was. A process that is killed
/// leaves its temporary file, which the next AtomicFile of that path removes, and never one of a writer that lives;
/// several may write one path, and the last commit stays. (Writers are told by `flock`: on an NFS that is mounted with
/// local locks, those of other machines are not.)
///
/// An existing file's permissions are kept, and a symbolic link goes on pointing to the file it names, which is created
/// where it is not there yet. What is there and is no regular file, a pipe or a device, is refused, and so is a path
/// with a NUL in it. Every failure is a std::runtime_error with the path and the system's reason.
class AtomicFile {
  public:
    TENET_COLD explicit AtomicFile(std::string path) : path_(std::move(path)), target_(detail::file_behind(path_)) {
        if (path_.empty()) throw std::runtime_error("cannot write \"\": the path is empty");
        struct stat existing {};
        const bool replaces = ::stat(target_.c_str(), &existing) == 0;
        // To rename over a device or a pipe would remove it from the system.
        if (replaces && !S_ISREG(existing.st_mode))
            throw std::runtime_error(
                joined({"cannot write ", printable(path_), ": it exists and is not a regular file"}));

        detail::remove_leftovers(target_);
        create();
        if (replaces && ::fchmod(descriptor_, existing.st_mode & 07777) != 0)
            throw_discarding("set the permissions of", std::string{temporary_}, errno);
    }

    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile() { discard(); }

    /// Appends bytes. Unbuffered: pass large pieces.
    void write(std::span<const std::byte> bytes) {
        if (descriptor_ < 0) throw std::logic_error(joined({"write to ", printable(path_), " after its commit"}));
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) detail::throw_system_error("write", path_, errno);
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }

    void write(std::string_view text) { write(std::as_bytes(std::span{text.data(), text.size()})); }

    /// Makes the file appear under its name, with all that was written. Nothing may be written after it, whether it
    /// throws or not.
    void commit() {
        if (descriptor_ < 0) throw std::logic_error(joined({"second commit of ", printable(path_)}));
        if (::fsync(descriptor_) != 0) throw_discarding("flush", path_, errno);
        // Closed after that, since the temporary file is anybody's without its lock.
        if (std::rename(temporary_.c_str(), target_.c_str()) != 0) throw_discarding("replace", path_, errno);
        temporary_.clear();
        ::close(std::exchange(descriptor_, -1));
        flush_folder();
    }

    const std::string& path() const { return path_; }

  private:
    TENET_LOCAL void create() {
        static std::atomic<unsigned> counter{0};
        while (true) {
            temporary_ = joined({target_, detail::temporary_mark, ::getpid(), "-", counter++});
            descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (descriptor_ < 0 && errno != EEXIST) detail::throw_system_error("create", temporary_, errno);
            if (descriptor_ < 0) continue;
            if (detail::claim(descriptor_)) return;
            ::close(std::exchange(descriptor_, -1));  // removed by who took it for a leftover
        }
    }

    void discard() noexcept {
        if (!temporary_.empty()) ::unlink(temporary_.c_str());
        temporary_.clear();
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }

    [[noreturn]] void throw_discarding(const char* what, const std::string& path, int error) {
        discard();
        detail::throw_system_error(what, path, error);
    }

    /// The new name is on the disk when its folder is. Some file systems cannot flush a folder; the file is whole on
    /// them too.
    void flush_folder() const noexcept {
        const std::size_t slash = target_.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : target_.substr(0, slash + 1);
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0) return;
        ::fsync(descriptor);
        ::close(descriptor);
    }

    std::string path_;
    std::string target_;
    std::string temporary_;
    int descriptor_ = -1;
};

}  // namespace tenet::io
