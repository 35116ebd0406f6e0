// SPDX-License-Identifier: Apache-2.0
// What tells a file that changed from one that did not, without reading it.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace mailsonde::cli {

// Of the file that the name leads to now, over all symbolic links; all 0 where there is none. The time of the last
// change of status is in it since permissions may be what was wrong.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  auto operator<=>(const FileStamp&) const = default;
};

using FileStamps = std::map<std::string, FileStamp>;  // by path

// Asks for the status of each, opens nothing.
[[nodiscard]] FileStamps stamps_of(std::span<const std::string> paths);

}  // namespace mailsonde::cli
