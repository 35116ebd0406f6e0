// SPDX-License-Identifier: Apache-2.0
#include "schedule/state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace mailsonde::schedule {
namespace {

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

std::unexpected<Error> failed(std::string_view doing, const std::filesystem::path& path) {
  const std::string why = std::generic_category().message(errno);
  return fail("cannot " + std::string(doing) + ' ' + path.string() + ": " + why);
}

bool write_all(int descriptor, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> write_state(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.ok()) return failed("create", fresh);
    if (!write_all(file.get(), content)) return failed("write", fresh);
    if (::fsync(file.get()) != 0) return failed("sync", fresh);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("rename to", path);
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.ok() || ::fsync(parent.get()) != 0) return failed("sync", folder);
  return {};
}

Result<std::optional<std::string>> read_state(const std::filesystem::path& path) {
  // Not blocking: a FIFO in its place must not hold the start up.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok() && errno == ENOENT) return std::optional<std::string>();
  if (!file.ok()) return failed("open", path);
  std::string content;
  char piece[64 * 1024];
  while (content.size() <= kMostStateBytes) {
    const ssize_t got = ::read(file.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) return std::optional(std::move(content));
    content.append(piece, static_cast<std::size_t>(got));
  }
  return fail(path.string() + " is longer than a state file can be");
}

Result<std::filesystem::path> set_aside(const std::filesystem::path& path, WallTime now) {
  std::string stamp = to_rfc3339(now).substr(0, 19);  // 2026-11-21T02:11:05
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  std::filesystem::path aside = path;
  aside += ".bad-" + stamp + 'Z';
  if (::rename(path.c_str(), aside.c_str()) != 0) return failed("set aside", path);
  return aside;
}

}  // namespace mailsonde::schedule
