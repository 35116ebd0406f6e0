// SPDX-License-Identifier: Apache-2.0
// A few threads that answer complete requests, so that one long answer keeps neither the front nor the next scrape.
// Equal requests that wait together are answered once: a hundred scrapers that never read cost one rendering and one
// copy of it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "web/request.hpp"

namespace mailsonde::web {

using SharedBytes = std::shared_ptr<const std::string>;

// Thread-safe. The queue is bounded by whoever asks: the front has at most one request a connection in it.
class AnswerQueue {
 public:
  // Called once, on a worker's thread; must not throw.
  using Deliver = std::move_only_function<void(SharedBytes)>;

  AnswerQueue(Answerer answerer, std::size_t threads);
  AnswerQueue(const AnswerQueue&) = delete;
  AnswerQueue& operator=(const AnswerQueue&) = delete;
  ~AnswerQueue() { stop(); }

  // Requests are taken up in the order in which they come. Never answers with something made before the request came.
  void ask(Request request, AfterAnswer after, Deliver deliver);

  // Waits for the answers that are made now; the rest is forgotten, its Deliver destroyed on the calling thread.
  // Idempotent; nothing may be asked after it.
  void stop();

 private:
  struct Batch {
    Request request;
    AfterAnswer after;
    std::vector<Deliver> waiting;
  };

  void run();

  Answerer answerer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Batch> batches_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace mailsonde::web
