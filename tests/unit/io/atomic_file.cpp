#define BOOST_TEST_MODULE atomic_file
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/io/atomic_file.hpp>

#include "support/message_of.hpp"
#include "support/temporary_directory.hpp"

using namespace tenet;
using namespace tenet::testing;

BOOST_AUTO_TEST_CASE(appears_under_its_name_at_the_commit) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("history.csv");
    io::AtomicFile file{path};
    file.write("epoch,");
    file.write("loss\n");
    BOOST_TEST(!std::filesystem::exists(path));
    file.commit();
    BOOST_TEST(read_text(path) == "epoch,loss\n");
    BOOST_TEST(folder.entries() == 1);
    BOOST_CHECK_THROW(file.write("late"), std::logic_error);
    BOOST_CHECK_THROW(file.commit(), std::logic_error);
}

BOOST_AUTO_TEST_CASE(without_commit_nothing_is_left_and_the_old_file_stays) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("weights"), "old");
    {
        io::AtomicFile file{path};
        file.write("new");
        BOOST_TEST(folder.entries() == 2);
    }
    BOOST_TEST(read_text(path) == "old");
    BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(two_writers_of_one_file_do_not_meet) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("weights");
    io::AtomicFile first{path}, second{path};
    first.write("first");
    second.write("second");
    second.commit();
    first.commit();
    BOOST_TEST(read_text(path) == "first");
    BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(keeps_permissions_and_symbolic_links) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("weights"), "old"), link = folder.file("link");
    ::chmod(path.c_str(), 0640);
    std::filesystem::create_symlink(path, link);
    io::AtomicFile file{link};
    file.write("new");
    file.commit();
    BOOST_TEST(std::filesystem::is_symlink(link));
    BOOST_TEST(read_text(path) == "new");
    BOOST_TEST(static_cast<int>(std::filesystem::status(path).permissions()) == 0640);
}

namespace {

/// Runs `action` in a process of its own, which ends by it or by `_exit(0)`; the status that wait() gives.
template <class Action>
int in_a_process(Action&& action) {
    const ::pid_t child = ::fork();
    if (child == 0) {
        try {
            action();
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

void killed_while_saving(const std::string& path) {
    const int status = in_a_process([&] {
        io::AtomicFile file{path};
        file.write("half of it");
        ::kill(::getpid(), SIGKILL);
    });
    BOOST_TEST(WIFSIGNALED(status));
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_killed_writers_left_is_removed_by_the_next) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("weights"), "old"), link = folder.file("link");
    std::filesystem::create_symlink("weights", link);
    for (int i = 0; i < 3; ++i) killed_while_saving(i == 1 ? link : path);
    BOOST_TEST(folder.entries() == 3);  // each has removed its predecessor's
    BOOST_TEST(read_text(path) == "old");
    // Not those of other files, nor what only looks alike.
    killed_while_saving(folder.file("weights2"));
    killed_while_saving(folder.file("other"));
    for (const char* const name : {"weights.tmp-1", "weights.tmp-1-", "weights.tmp-1-2.bak", "weights.tmp-a-1"})
        write_text(folder.file(name), "mine");
    BOOST_TEST(folder.entries() == 9);
    io::AtomicFile file{link};
    file.write("new");
    file.commit();
    BOOST_TEST(folder.entries() == 8);
    BOOST_TEST(read_text(path) == "new");
}

BOOST_AUTO_TEST_CASE(a_living_writers_file_is_left_alone) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("weights");
    int ready[2], go[2];
    BOOST_REQUIRE((::pipe(ready) == 0 && ::pipe(go) == 0));
    const ::pid_t child = ::fork();
    if (child == 0) {
        try {
            io::AtomicFile file{path};
            file.write("slow");
            char byte = 'x';
            if (::write(ready[1], &byte, 1) != 1 || ::read(go[0], &byte, 1) != 1) ::_exit(2);
            file.commit();
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    char byte = 'x';
    BOOST_REQUIRE(::read(ready[0], &byte, 1) == 1);
    {
        io::AtomicFile file{path};
        file.write("fast");
        file.commit();
    }
    BOOST_TEST(read_text(path) == "fast");
    BOOST_TEST(folder.entries() == 2);
    BOOST_REQUIRE(::write(go[1], &byte, 1) == 1);
    int status = -1;
    ::waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
    BOOST_TEST(read_text(path) == "slow");
    BOOST_TEST(folder.entries() == 1);
    for (const int descriptor : {ready[0], ready[1], go[0], go[1]}) ::close(descriptor);
}

// They create, take for leftovers, and rename at the same time.
BOOST_AUTO_TEST_CASE(many_writers_of_one_file_all_succeed) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("weights");
    std::vector<::pid_t> children;
    for (int c = 0; c < 4; ++c) {
        children.push_back(::fork());
        if (children.back() != 0) continue;
        try {
            for (int i = 0; i < 100; ++i) {
                io::AtomicFile file{path};
                file.write(std::string(1000, static_cast<char>('a' + c)));
                file.commit();
            }
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    for (const ::pid_t child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        BOOST_TEST(status == 0);
    }
    const std::string last = read_text(path);
    BOOST_TEST(last == std::string(1000, last.at(0)));
    BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(a_link_to_a_file_that_is_not_there_yet_goes_on_pointing_to_it) {
    const TemporaryDirectory folder;
    std::filesystem::create_directory(folder.file("runs"));
    std::filesystem::create_symlink("runs/latest", folder.file("link"));
    std::filesystem::create_symlink(folder.file("link"), folder.file("link of a link"));
    const auto save = [](const std::string& path) {
        io::AtomicFile file{path};
        file.write("new");
        file.commit();
    };
    save(folder.file("link of a link"));
    BOOST_TEST(std::filesystem::is_symlink(folder.file("link")));
    BOOST_TEST(std::filesystem::is_symlink(folder.file("link of a link")));
    BOOST_TEST(read_text(folder.file("runs/latest")) == "new");
    BOOST_TEST(folder.entries() == 3);

    std::filesystem::create_symlink("none/file", folder.file("lost"));
    BOOST_TEST(contains(message_of([&] { save(folder.file("lost")); }), "none/file"));
    std::filesystem::create_symlink("circle", folder.file("circle"));
    BOOST_TEST(message_of([&] { save(folder.file("circle")); }) ==
               "cannot follow " + folder.file("circle") + ": Too many levels of symbolic links");
}

BOOST_AUTO_TEST_CASE(pipes_are_neither_replaced_nor_waited_for) {
    const TemporaryDirectory folder;
    BOOST_REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    BOOST_TEST(message_of([&] { io::AtomicFile{folder.file("pipe")}; }) ==
               "cannot write " + folder.file("pipe") + ": it exists and is not a regular file");
    BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(errors_name_the_path_and_the_reason) {
    const TemporaryDirectory folder;
    const std::string missing = message_of([&] { io::AtomicFile{folder.file("no/such/file")}; });
    BOOST_TEST(contains(missing, folder.file("no/such/file")), missing);
    BOOST_TEST(contains(missing, "No such file or directory"), missing);
    const std::string directory = message_of([&] { io::AtomicFile{folder.path()}; });
    BOOST_TEST(contains(directory, "not a regular file"), directory);
    BOOST_TEST(contains(message_of([] { io::AtomicFile{"/dev/null"}; }), "not a regular file"));
    BOOST_TEST(message_of([] { io::AtomicFile{""}; }) == "cannot write \"\": the path is empty");
    BOOST_TEST(folder.entries() == 0);
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_leaves_nothing_behind) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("weights"), "old");
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit unlimited{};
    ::getrlimit(RLIMIT_FSIZE, &unlimited);
    const rlimit limited{1000, unlimited.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
    const std::string message = message_of([&] {
        io::AtomicFile file{path};
        file.write(std::string(5000, 'x'));
        file.commit();
    });
    ::setrlimit(RLIMIT_FSIZE, &unlimited);
    BOOST_TEST(contains(message, "cannot write " + path + ": File too large"), message);
    BOOST_TEST(read_text(path) == "old");
    BOOST_TEST(folder.entries() == 1);
}
