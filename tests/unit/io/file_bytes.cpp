#define BOOST_TEST_MODULE file_bytes
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

#include <boost/test/unit_test.hpp>

#include <tenet/io/file_bytes.hpp>

#include "support/message_of.hpp"
#include "support/temporary_directory.hpp"

using namespace tenet;
using namespace tenet::testing;

BOOST_AUTO_TEST_CASE(reads_every_byte) {
    const TemporaryDirectory folder;
    const std::string contents{"a\0\n\r\xff", 5};
    const io::FileBytes file{write_text(folder.file("x"), contents)};
    BOOST_TEST(file.size() == 5u);
    BOOST_TEST(std::string(reinterpret_cast<const char*>(file.bytes().data()), file.size()) == contents);
    BOOST_TEST(io::FileBytes{write_text(folder.file("empty"), "")}.bytes().empty());
}

BOOST_AUTO_TEST_CASE(copies_share_the_contents) {
    const TemporaryDirectory folder;
    const io::FileBytes file{write_text(folder.file("x"), "abc")};
    const io::FileBytes copy = file;
    BOOST_TEST(copy.bytes().data() == file.bytes().data());
}

BOOST_AUTO_TEST_CASE(errors_name_the_path_and_the_reason) {
    const TemporaryDirectory folder;
    const std::string missing = message_of([&] { io::FileBytes{folder.file("absent")}; });
    BOOST_TEST(missing == "cannot open " + folder.file("absent") + ": No such file or directory");
    BOOST_TEST(contains(message_of([&] { io::FileBytes{folder.path()}; }), "not a regular file"));
    BOOST_TEST(contains(message_of([] { io::FileBytes{"/dev/zero"}; }), "not a regular file"));
    BOOST_TEST(message_of([] { io::FileBytes{""}; }) == "cannot open \"\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_the_writer_of_a_pipe) {
    const TemporaryDirectory folder;
    BOOST_REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    BOOST_TEST(contains(message_of([&] { io::FileBytes{folder.file("pipe")}; }), "not a regular file"));
}

BOOST_AUTO_TEST_CASE(a_piece_is_what_there_is_of_it) {
    const TemporaryDirectory folder;
    const io::FileReader file{write_text(folder.file("x"), "abcdef")};
    BOOST_TEST(file.size() == 6u);
    BOOST_TEST(file.text(0, 3) == "abc");
    BOOST_TEST(file.text(4, 100) == "ef");
    BOOST_TEST(file.text(6, 1) == "");
    BOOST_TEST(file.text(~std::uint64_t{0}, 1) == "");
}

#if defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#if !SANITIZED  // a sanitizer ends the program where operator new would throw
BOOST_AUTO_TEST_CASE(a_file_larger_than_memory_is_an_error_like_the_others) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("sparse"), "");
    std::error_code cannot;
    std::filesystem::resize_file(path, std::uintmax_t{1} << 46, cannot);
    if (cannot) return;  // a file system that cannot have so large a hole has no such file either
    BOOST_TEST(contains(message_of([&] { io::FileBytes{path}; }), "no memory for its 70368744177664 bytes"));
}
#endif
