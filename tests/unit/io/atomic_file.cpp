#define BOOST_TEST_MODULE atomic_file
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

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

BOOST_AUTO_TEST_CASE(errors_name_the_path_and_the_reason) {
    const TemporaryDirectory folder;
    const std::string missing = message_of([&] { io::AtomicFile{folder.file("no/such/file")}; });
    BOOST_TEST(contains(missing, folder.file("no/such/file")), missing);
    BOOST_TEST(contains(missing, "No such file or directory"), missing);
    const std::string directory = message_of([&] { io::AtomicFile{folder.path()}; });
    BOOST_TEST(contains(directory, "not a regular file"), directory);
    BOOST_TEST(contains(message_of([] { io::AtomicFile{"/dev/null"}; }), "not a regular file"));
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
