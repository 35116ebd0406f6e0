// SPDX-License-Identifier: Apache-2.0
#include "web/answer_queue.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"

namespace mailsonde::web {
namespace {

SharedBytes answer_or_500(const Answerer& answerer, const Request& request, AfterAnswer after) {
  try {
    return std::make_shared<const std::string>(answerer(request, after));
  } catch (const std::exception& problem) {
    log::error("answering a request failed", {{"target", request.target}, {"reason", problem.what()}});
    return std::make_shared<const std::string>(refusal(500));
  }
}

}  // namespace

AnswerQueue::AnswerQueue(Answerer answerer, std::size_t threads) : answerer_(std::move(answerer)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

void AnswerQueue::ask(Request request, AfterAnswer after, Deliver deliver) {
  {
    const std::lock_guard lock(mutex_);
    const auto equal = std::ranges::find_if(
        batches_, [&](const Batch& batch) { return batch.after == after && asks_the_same(batch.request, request); });
    if (equal != batches_.end()) {
      equal->waiting.push_back(std::move(deliver));
      return;
    }
    Batch& batch = batches_.emplace_back(Batch{.request = std::move(request), .after = after, .waiting = {}});
    batch.waiting.push_back(std::move(deliver));
  }
  wake_.notify_one();
}

void AnswerQueue::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !batches_.empty(); });
    if (stopping_) return;
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    lock.unlock();
    const SharedBytes bytes = answer_or_500(answerer_, batch.request, batch.after);
    for (Deliver& deliver : batch.waiting) deliver(bytes);
  }
}

void AnswerQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  threads_.clear();
  batches_.clear();
}

}  // namespace mailsonde::web
