#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/io/file_bytes.hpp>

// The files beside a file that is being saved: `weights.tmp-4711-0`, of process 4711. Its writer holds a lock on it, which
// the system releases when the process ends, in whatever way: one without a lock is a killed writer's.
namespace TENET_NAMESPACE::io::detail {

TENET_LOCAL inline constexpr std::string_view temporary_mark = ".tmp-";

/// The file behind symbolic links, or the one that is not there yet and a link names.
TENET_COLD inline std::string file_behind(const std::string& path) {
    std::string at = checked_path(path);
    for (int links = 0; links < 40; ++links) {
        const std::unique_ptr<char, void (*)(void*)> real{::realpath(at.c_str(), nullptr), std::free};
        if (real) return real.get();
        char named[PATH_MAX];
        const ssize_t length = ::readlink(at.c_str(), named, sizeof named);
        if (length < 0) return at;
        const std::string_view target{named, static_cast<std::size_t>(length)};
        const std::size_t folder = target.starts_with('/') ? 0 : at.rfind('/') + 1;  // 0 without a slash
        at.replace(folder, std::string::npos, target);
    }
    throw_system_error("follow", path, ELOOP);
}

/// Locks a temporary file that was just created; false if somebody took it for a killed writer's in between. Where files
/// cannot be locked, none is ever taken for one.
inline bool claim(int descriptor) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
    struct stat status {};
    return ::fstat(descriptor, &status) != 0 || status.st_nlink > 0;
}

/// `4711-0`
inline bool numbers_a_temporary(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto is_number = [](std::string_view digits) {
        return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return dash != std::string_view::npos && is_number(text.substr(0, dash)) && is_number(text.substr(dash + 1));
}

/// Removes `name` from the folder if nobody holds the lock of what it names.
inline void remove_if_left(int folder, const char* name) {
    constexpr int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int descriptor = ::openat(folder, name, O_RDWR | flags);
    if (descriptor < 0) descriptor = ::openat(folder, name, O_RDONLY | flags);
    if (descriptor < 0) return;
    struct stat held {}, named {};
    // Its writer may have renamed it before it gave up the lock, and another file may have the name by now.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && ::fstat(descriptor, &held) == 0 &&
        ::fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(held.st_mode) &&
        held.st_uid == ::geteuid() && held.st_ino == named.st_ino && held.st_dev == named.st_dev)
        ::unlinkat(folder, name, 0);
    ::close(descriptor);
}

/// Removes the temporary files that killed writers of `target`, a path behind its links, have left. What cannot be
/// removed stays.
TENET_COLD inline void remove_leftovers(const std::string& target) {
    const std::size_t name = target.rfind('/') + 1;  // 0 without a slash
    const std::string prefix = target.substr(name).append(temporary_mark);
    const std::string folder = name == 0 ? "." : target.substr(0, name);
    DIR* const entries = ::opendir(folder.c_str());
    if (!entries) return;
    while (const dirent* const entry = ::readdir(entries)) {  // nothing in here throws
        const std::string_view found{entry->d_name};
        if (found.starts_with(prefix) && numbers_a_temporary(found.substr(prefix.size())))
            remove_if_left(::dirfd(entries), entry->d_name);
    }
    ::closedir(entries);
}

}  // namespace tenet::io::detail
