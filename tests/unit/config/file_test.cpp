// SPDX-License-Identifier: Apache-2.0
#include "config/file.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

TEST_SUITE_BEGIN("config.file");

namespace {
constexpr std::size_t kLimit = std::size_t{4} << 20U;
}

// A thousand target files are kept in memory.
TEST_CASE("a small file takes little memory, whatever the limit") {
  const Folder folder;
  folder.write("a", "little");
  const auto content = read_regular_file(folder.path("a"), kLimit);
  REQUIRE(content);
  CHECK(*content == "little");
  CHECK(content->capacity() < 100);
}

TEST_CASE("a file that does not know its size is read whole") {
  const auto content = read_regular_file("/proc/self/smaps", kLimit);
  REQUIRE(content);
  CHECK(content->size() > 10'000);
  CHECK(content->contains("VmFlags:"));
  CHECK(content->ends_with('\n'));
}

TEST_CASE("a file of just the limit is read, one byte more is not") {
  const Folder folder;
  folder.write("a", std::string(1024, 'a'));
  folder.write("b", std::string(1025, 'b'));
  CHECK(read_regular_file(folder.path("a"), 1024) == std::string(1024, 'a'));
  const auto larger = read_regular_file(folder.path("b"), 1024);
  REQUIRE(!larger);
  CHECK(larger.error().message == "is larger than 1 KiB");
  CHECK(!read_regular_file("/proc/self/smaps", 1024));
}

TEST_CASE("an empty file is empty") {
  const Folder folder;
  folder.write("a", "");
  CHECK(read_regular_file(folder.path("a"), kLimit) == std::string());
}
