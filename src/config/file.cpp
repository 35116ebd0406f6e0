// SPDX-License-Identifier: Apache-2.0
#include "config/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace mailsonde::config {
namespace {

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string errno_text() { return std::generic_category().message(errno); }

Result<void> check_kind(const struct stat& status) {
  if (S_ISDIR(status.st_mode)) return fail("is a directory");
  if (!S_ISREG(status.st_mode)) return fail("is not a regular file");
  return {};
}

Result<Descriptor> open_regular_file(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return fail("cannot be opened: " + errno_text());
  // Before the open, because opening a device can have effects; and after it, because the name may have changed hands.
  if (auto kind = check_kind(status); !kind) return std::unexpected(kind.error());
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return fail("cannot be opened: " + errno_text());
  if (::fstat(file.get(), &status) != 0) return fail("cannot be read: " + errno_text());
  if (auto kind = check_kind(status); !kind) return std::unexpected(kind.error());
  return file;
}

std::string describe_size(std::size_t bytes) {
  constexpr std::size_t kMiB = std::size_t{1} << 20U;
  return bytes % kMiB == 0 ? fmt::format("{} MiB", bytes / kMiB) : fmt::format("{} KiB", bytes / 1024);
}

}  // namespace

Result<std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit) {
  auto file = open_regular_file(path);
  if (!file) return std::unexpected(file.error());
  std::string content(limit + 1, '\0');  // at its final size at once: a secret leaves no copies behind
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = ::read(file->get(), content.data() + size, content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail("cannot be read: " + errno_text());
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > limit) return fail("is larger than " + describe_size(limit));
  content.resize(size);
  return content;
}

Result<void> check_readable(const std::filesystem::path& path) {
  auto file = open_regular_file(path);
  if (!file) return std::unexpected(file.error());
  return {};
}

}  // namespace mailsonde::config
