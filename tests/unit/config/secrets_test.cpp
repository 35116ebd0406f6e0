// SPDX-License-Identifier: Apache-2.0
#include "config/secrets.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

namespace {

constexpr std::string_view kSecret = "hunter2-\xc3\xa4";

std::string relay(std::string_view auth) { return "[[relays]]\nhost = 'a'\nauth = {" + std::string(auth) + "}"; }

// The credentials of a relay whose file "s" in a folder of its own holds `content`.
Auth auth_from_file(std::string_view content, std::string_view key = "password_file") {
  const Folder folder;
  folder.write("s", content);
  const Config config = loaded(relay("username = 'u', " + std::string(key) + " = 's'"), folder.path("c.toml"));
  return config.targets.at(0).auth.value();
}

}  // namespace

TEST_SUITE_BEGIN("config.secrets");

TEST_CASE("one line end at the end of a secret file is no part of the secret") {
  CHECK(auth_from_file("pw").secret.reveal() == "pw");
  CHECK(auth_from_file("pw\n").secret.reveal() == "pw");
  CHECK(auth_from_file("pw\r\n").secret.reveal() == "pw");
  CHECK(auth_from_file(" p w \n").secret.reveal() == " p w ");
  CHECK(auth_from_file("pw").username == "u");
  CHECK(auth_from_file("pw").mechanism.empty());
}

TEST_CASE("a token is for XOAUTH2, named or not") {
  CHECK(auth_from_file("t\n", "token_file").mechanism == "XOAUTH2");
  CHECK(auth_from_file("t\n", "mechanism = 'XOAUTH2', token_file").mechanism == "XOAUTH2");
  CHECK(auth_from_file("p\n", "mechanism = 'SCRAM-SHA-256', password_file").mechanism == "SCRAM-SHA-256");
}

TEST_CASE("a secret file must be there, regular, not empty and not large") {
  const Folder folder;
  const auto mistake = [&](std::string_view content) {
    folder.write("s", content);
    return mistake_in(relay("username = 'u', password_file = 's'"), folder.path("c.toml"));
  };
  const std::string file = "3:41: password_file: " + folder.path("s") + " ";
  CHECK(mistake_in(relay("username = 'u', password_file = 's'"), folder.path("c.toml")) ==
        file + "cannot be opened: No such file or directory");
  CHECK(mistake("") == file + "is empty");
  CHECK(mistake("\n") == file + "is empty");
  CHECK(mistake("a\nb\n") == file + "holds control characters, perhaps a second line");
  CHECK(mistake(std::string_view("a\0b", 3)) == file + "holds control characters, perhaps a second line");
  CHECK(mistake(std::string(65'537, 'x')) == file + "is larger than 64 KiB");
  CHECK(mistake(std::string(65'536, 'x')) == "0 mistakes");
  std::filesystem::remove(folder.path("s"));
  REQUIRE(::mkfifo(folder.path("s").c_str(), 0600) == 0);
  CHECK(mistake_in(relay("username = 'u', password_file = 's'"), folder.path("c.toml")) ==
        file + "is not a regular file");
  CHECK(mistake_in(relay("username = 'u', password_file = '.'"), folder.path("c.toml")).ends_with("is a directory"));
}

TEST_CASE("a secret file is relative to the folder of the configuration, or absolute") {
  const Folder folder;
  std::filesystem::create_directory(folder.path("secrets"));
  folder.write("secrets/s", "pw");
  CHECK(mistakes_in(relay("username = 'u', password_file = 'secrets/s'"), folder.path("c.toml")).empty());
  CHECK(mistakes_in(relay("username = 'u', password_file = '" + folder.path("secrets/s") + "'")).empty());
}

TEST_CASE("a secret comes from the environment") {
  REQUIRE(::setenv("MAILSONDE_TEST_SECRET", "from env", 1) == 0);
  const Config config = loaded(relay("username = 'u', password_env = 'MAILSONDE_TEST_SECRET'"));
  CHECK(config.targets.at(0).auth->secret.reveal() == "from env");
  REQUIRE(::setenv("MAILSONDE_TEST_SECRET", "", 1) == 0);
  CHECK(mistake_in(relay("username = 'u', password_env = 'MAILSONDE_TEST_SECRET'")) ==
        "3:40: password_env: the environment variable MAILSONDE_TEST_SECRET is empty");
  REQUIRE(::unsetenv("MAILSONDE_TEST_SECRET") == 0);
  CHECK(mistake_in(relay("username = 'u', password_env = 'MAILSONDE_TEST_SECRET'")) ==
        "3:40: password_env: the environment variable MAILSONDE_TEST_SECRET is not set");
  CHECK(
      mistake_in(relay("username = 'u', password_env = 'A B'")).contains("is not the name of an environment variable"));
}

TEST_CASE("credentials are a user name and exactly one secret") {
  CHECK(mistake_in(relay("password_env = 'PATH'")) == "3:8: username is missing in auth of [[relays]]");
  CHECK(mistake_in(relay("username = '', password_env = 'PATH'")) == "3:20: username: \"\" is empty");
  CHECK(mistake_in(relay("username = \"a\\n\", password_env = 'PATH'")).ends_with("holds control characters"));
  CHECK(mistake_in(relay("username = 'u'")) ==
        "3:8: one of password_file, password_env, token_file is missing in auth of [[relays]]");
  CHECK(
      mistake_in(relay("username = 'u', password_env = 'PATH', token_file = '/etc/passwd'")).starts_with("2 mistakes"));
  CHECK(mistake_in("[[relays]]\nhost = 'a'\nauth = 'u:p'") == "3:8: auth: expected a table, got a string");
}

TEST_CASE("the mechanism is one of the five and fits the secret") {
  CHECK(mistake_in(relay("username = 'u', password_env = 'PATH', mechanism = 'NTLM'")) ==
        "3:60: mechanism: \"NTLM\" is not a known mechanism; known: SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN, XOAUTH2");
  CHECK(mistake_in(relay("username = 'u', password_env = 'PATH', mechanism = 'XOAUTH2'")) ==
        "3:60: mechanism: XOAUTH2 takes a bearer token: use token_file");
  const Folder folder;
  folder.write("t", "token");
  CHECK(mistake_in(relay("username = 'u', token_file = 't', mechanism = 'PLAIN'"), folder.path("c.toml"))
            .ends_with("mechanism: PLAIN takes a password: use password_file or password_env"));
}

TEST_CASE("a secret that stands in the file is refused wherever it stands and never shown") {
  for (const std::string_view key : {"password", "Password", "token", "secret", "passwd", "pass"}) {
    const std::string line = std::string(key) + " = '" + std::string(kSecret) + "'";
    const std::string told =
        ": " + std::string(key) + ": secrets never stand in the file: use password_file or password_env";
    CAPTURE(line);
    CHECK(mistake_in("[[relays]]\nhost = 'a'\n" + line) == "3:1" + told);
    CHECK(mistake_in("[prober]\n" + line) == "2:1" + told);
    CHECK(mistake_in(line) == "1:1" + told);
  }
  CHECK(mistake_in(relay("username = 'u', password = '" + std::string(kSecret) + "'")) ==
        "3:25: password: secrets never stand in the file: use password_file or password_env");
}

TEST_CASE("no problem shows a secret, whatever else is wrong") {
  const Folder folder;
  folder.write("s", std::string(kSecret) + "\nhunter2\n");
  REQUIRE(::setenv("MAILSONDE_TEST_SECRET", "hunter2\n", 1) == 0);
  const std::vector<std::string> texts{
      relay("username = 'u', password_file = 's'"),
      relay("username = 'u', password_file = 's', mechanism = 'XOAUTH2'"),
      relay("username = 'u', password_file = 's', password_env = 'MAILSONDE_TEST_SECRET'"),
      relay("username = 'u', password_env = 'MAILSONDE_TEST_SECRET', x = 1"),
      relay("username = 'u', password = 'hunter2'"),
      relay("username = 'u', passwort = 'hunter2'"),
      relay("username = 'u', password = ['hunter2']"),
      relay("username = 'u', password = 'hunter2', password = 'hunter2'"),
      relay("username = 'u', password = hunter2"),
      relay("username = 'u', password = 'hunter2"),
      relay("username = 'u', password = \"\"\"hunter2\n\"\"\" hunter2"),
      "[[relays]]\nhost = 'a'\nauth = 'hunter2'",
      "[[relays]]\nhost = 'a'\nauth.password.hunter = 'hunter2'",
  };
  for (const std::string& text : texts) {
    const auto mistakes = mistakes_in(text, folder.path("c.toml"));
    CAPTURE(text);
    CHECK_FALSE(mistakes.empty());
    for (const std::string& mistake : mistakes) CHECK_FALSE(mistake.contains("hunter2"));
  }
  REQUIRE(::unsetenv("MAILSONDE_TEST_SECRET") == 0);
}
