// SPDX-License-Identifier: Apache-2.0
// A few threads that answer complete requests, so that one long answer keeps neither the front nor the next scrape.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mailsonde::web {

// Thread-safe. The queue is bounded by whoever submits: the front has at most one job a connection.
class Workers {
 public:
  using Job = std::move_only_function<void()>;

  explicit Workers(std::size_t threads);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() { stop(); }

  // Jobs start in the order in which they come. A job must not throw. Nothing runs after stop().
  void submit(Job job);

  // Waits for the jobs that run now; those that wait are destroyed unrun on the calling thread. Idempotent.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace mailsonde::web
