// SPDX-License-Identifier: Apache-2.0
#include "config/document.hpp"

#include <sys/stat.h>

#include "config/utf8.hpp"
#include "loading.hpp"

using namespace mailsonde::config;

namespace {

std::string only_problem(const std::string& path) {
  const auto config = load_file(path);
  REQUIRE_FALSE(config);
  REQUIRE(config.error().size() == 1);
  return config.error().front().to_string();
}

}  // namespace

TEST_SUITE_BEGIN("config.document");

TEST_CASE("an empty file gives the defaults and no targets") {
  for (const std::string_view text : {"", "\n", "# nothing\n", "\xef\xbb\xbf", "\r\n"}) {
    const Config config = loaded(text);
    CHECK(config.targets.empty());
    CHECK(config.modules.size() == 4);
    CHECK_FALSE(config.helo.empty());
    CHECK_FALSE(config.resolver.servers.empty());
  }
  CHECK(defaults().modules.size() == 4);
  CHECK(defaults().helo == loaded("").helo);
}

TEST_CASE("a byte order mark and CRLF line ends change nothing, not even the positions") {
  constexpr std::string_view kText = "\xef\xbb\xbf[[destinations]]\r\ndomain = \"example.com\"\r\n";
  CHECK(loaded(kText).targets.at(0).host == "example.com");
  CHECK(mistake_in(std::string(kText) + "port = 0\r\n") == "3:8: port: 0 is not between 1 and 65535");
  CHECK(mistake_in("\xef\xbb\xbfprober = 1").starts_with("1:10: prober: expected a table"));
}

TEST_CASE("a syntax error has the parser's place and words") {
  CHECK(mistake_in("[prober\n") == "1:8: not valid TOML: table header: expected ']', saw '\\n'");
  CHECK(mistake_in("[prober]\nhelo = a.example\n") == "2:8: not valid TOML: value: could not determine value type");
  CHECK(mistake_in("[prober]\nhelo = 'a'\nhelo = 'b'\n").starts_with("3:"));
  CHECK(mistake_in("[prober]\n[prober]\n").starts_with("2:1: not valid TOML"));
}

TEST_CASE("a syntax error near a secret shows nothing of it") {
  for (const std::string_view text :
       {"password = 98765432109876543210987\n", "[[relays]]\nauth = {token = 98765432109876543210987}\n",
        "Secret = [\n1,\n98765432109876543210987]\n", "pass = trombone98765\n", "a = 1\npassword = 0x98765432g\n"}) {
    CAPTURE(text);
    const std::string mistake = mistake_in(text);
    CHECK(mistake.contains("not valid TOML (what was read is not shown"));
    CHECK_FALSE(mistake.contains("98765"));
    CHECK_FALSE(mistake.contains("tro"));
  }
  CHECK(mistake_in("a = 98765432109876543210987").contains("98765432109876543210987"));
}

TEST_CASE("what is not UTF-8 is a problem of the file as a whole") {
  CHECK(mistake_in("a = 1\n# \xff\n") == "0:0: is not UTF-8 (line 2)");
  for (const std::string_view bytes :
       {"\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xe2\x82", "\xf8"}) {
    CHECK(first_line_not_utf8(bytes) == 1);
  }
  CHECK_FALSE(first_line_not_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xac\xef\xbf\xbf\xf4\x8f\xbf\xbf\n"));
}

TEST_CASE("a file that is too large is refused before it is parsed") {
  CHECK(mistake_in(std::string(kMaxFileSize + 1, '\n')) == "0:0: is larger than 4 MiB");
  CHECK(mistakes_in(std::string(kMaxFileSize, '\n')).empty());
  const Folder folder;
  folder.write("large.toml", std::string(kMaxFileSize + 1, '\n'));
  CHECK(only_problem(folder.path("large.toml")) == folder.path("large.toml") + ": is larger than 4 MiB");
}

TEST_CASE("a file that is missing, a folder or a pipe is told and never waited for") {
  const Folder folder;
  CHECK(only_problem(folder.path("none")) == folder.path("none") + ": cannot be opened: No such file or directory");
  CHECK(only_problem(folder.path("")) == folder.path("") + ": is a directory");
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK(only_problem(folder.path("pipe")) == folder.path("pipe") + ": is not a regular file");
}

TEST_CASE("a file loads, and its mistakes are told with its name") {
  const Folder folder;
  folder.write("c.toml", "[[destinations]]\ndomain = 'example.com'\n");
  const auto config = load_file(folder.path("c.toml"));
  REQUIRE(config);
  CHECK(config->targets.at(0).name == "example.com");
  folder.write("c.toml", "[[destinations]]\ndomain = 1\n");
  CHECK(only_problem(folder.path("c.toml")) ==
        folder.path("c.toml") + ":2:10: domain: expected a string, got an integer");
}

// toml++ 3.3.0 leaves it to the compiler what U+00A1 to U+0499 are where white space may stand (a branch marked as
// unreachable): the library that is linked must take them for no white space.
TEST_CASE("a letter outside ASCII and outside quotes is a syntax error") {
  for (unsigned code = 0xA1; code < 0x500; ++code) {
    const std::string letter{static_cast<char>(0xC0U | code >> 6U), static_cast<char>(0x80U | (code & 0x3FU))};
    CAPTURE(code);
    CHECK(mistake_in("prober = 1" + letter).contains("not valid TOML"));
    CHECK(mistake_in(letter + "prober = 1").contains("not valid TOML"));
    CHECK(mistake_in("prober" + letter + " = {}").contains("not valid TOML"));
    CHECK(mistake_in("prober = \"\"\"\\\n" + letter + "\"\"\"") == "1:10: prober: expected a table, got a string");
  }
}

TEST_CASE("a NUL in the text is a syntax error") {
  CHECK(mistake_in(std::string_view("a = 1\0\n", 7)).starts_with("1:6: not valid TOML"));
}
