// SPDX-License-Identifier: Apache-2.0
#include "cli/limits.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace mailsonde::cli {

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return static_cast<std::size_t>(setrlimit(RLIMIT_NOFILE, &raised) == 0 ? limit.rlim_max : limit.rlim_cur);
}

std::size_t probes_within(std::size_t descriptors, std::size_t wanted) {
  constexpr std::size_t kReserve = 256;  // 128 HTTP connections, resolver sockets, loops, files
  const std::size_t allowed = descriptors >= 2 * kReserve ? descriptors - kReserve : descriptors / 4;
  return std::max<std::size_t>(1, std::min(allowed, wanted));
}

}  // namespace mailsonde::cli
