// SPDX-License-Identifier: Apache-2.0
#include "metrics/gzip.hpp"

#include <zlib.h>

#include <array>
#include <limits>

namespace mailsonde::metrics {

Result<std::string> gzip(std::string_view body) {
  constexpr int kLevel = 1;
  constexpr int kGzipWindow = 15 + 16;  // the largest window, with a gzip instead of a zlib wrapper
  constexpr int kMemory = 8;
  if (body.size() > std::numeric_limits<uInt>::max()) return fail("body too large to compress");
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return fail("zlib could not start");
  }
  std::string packed;
  std::array<Bytef, 16384> chunk{};
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(body.data()));  // zlib reads only
  stream.avail_in = static_cast<uInt>(body.size());
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    state = deflate(&stream, Z_FINISH);
    packed.append(reinterpret_cast<const char*>(chunk.data()), chunk.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  if (state != Z_STREAM_END) return fail("zlib could not finish");
  return packed;
}

}  // namespace mailsonde::metrics
