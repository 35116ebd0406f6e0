// SPDX-License-Identifier: Apache-2.0
#include "cli/file_stamps.hpp"

#include <sys/stat.h>

namespace mailsonde::cli {
namespace {

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

FileStamp stamp_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_ns = nanoseconds(status.st_mtim),
          .changed_ns = nanoseconds(status.st_ctim)};
}

}  // namespace

FileStamps stamps_of(std::span<const std::string> paths) {
  FileStamps stamps;
  for (const std::string& path : paths) stamps.emplace(path, stamp_of(path));
  return stamps;
}

}  // namespace mailsonde::cli
