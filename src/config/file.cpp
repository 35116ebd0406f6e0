// SPDX-License-Identifier: Apache-2.0
#include "config/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

struct RegularFile {
  Descriptor descriptor;
  std::size_t size;  // as it says: zero below /proc
};

Result<RegularFile> open_regular_file(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return fail("cannot be opened: " + errno_text());
  // Before the open, because opening a device can have effects; and after it, because the name may have changed hands.
  if (auto kind = check_kind(status); !kind) return std::unexpected(kind.error());
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return fail("cannot be opened: " + errno_text());
  if (::fstat(file.get(), &status) != 0) return fail("cannot be read: " + errno_text());
  if (auto kind = check_kind(status); !kind) return std::unexpected(kind.error());
  return RegularFile{.descriptor = std::move(file), .size = static_cast<std::size_t>(status.st_size)};
}

std::string describe_size(std::size_t bytes) {
  constexpr std::size_t kMiB = std::size_t{1} << 20U;
  return bytes % kMiB == 0 ? fmt::format("{} MiB", bytes / kMiB) : fmt::format("{} KiB", bytes / 1024);
}

}  // namespace

Result<std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit) {
  auto file = open_regular_file(path);
  if (!file) return std::unexpected(file.error());
  // As large as it says at once: a secret leaves no copies behind. The byte more is to see its end.
  constexpr std::size_t kSizeUnknown = 4096;
  std::string content(std::min(limit, file->size > 0 ? file->size : kSizeUnknown) + 1, '\0');
  std::size_t size = 0;
  while (size <= limit) {
    if (size == content.size()) content.resize(std::min(2 * size, limit + 1));
    const ssize_t count = ::read(file->descriptor.get(), content.data() + size, content.size() - size);
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
