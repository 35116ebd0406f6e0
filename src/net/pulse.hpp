// SPDX-License-Identifier: Apache-2.0
// Whether the thread that runs a context still comes round to what it is asked, or hangs.
#pragma once

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <cstdint>

namespace mailsonde::net {

// Of one context, whose run it outlives. Asked by one thread at a time, any one.
class Pulse {
 public:
  // Whether the thread has answered what the last call asked it; if so, asks anew. Never waits, so what hangs shows at
  // the next call; a thread that has not answered is not asked again, so questions do not pile up.
  [[nodiscard]] bool answers(asio::io_context& context) {
    if (answered_ != asked_) return false;
    const std::uint64_t question = asked_ + 1;
    asio::post(context, [this, question] { answered_ = question; });
    asked_ = question;
    return true;
  }

 private:
  std::uint64_t asked_ = 0;
  std::atomic<std::uint64_t> answered_ = 0;
};

}  // namespace mailsonde::net
