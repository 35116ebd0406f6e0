// SPDX-License-Identifier: Apache-2.0
// cpp-httplib between complete requests and complete answers, without a socket: it routes and writes the answer; what
// it cannot bound (measured: 8 slow clients stop it, one endless line costs 300 MiB) the front has done before.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>
#include <vector>

#include "web/request.hpp"

namespace mailsonde::web {

// Routes are added before the first answer(); then it is thread-safe.
class Router : private httplib::Server {
 public:
  Router();

  using Handler = httplib::Server::Handler;
  // `path` is literal. Get answers HEAD too.
  void get(const std::string& path, Handler handler);
  void post(const std::string& path, Handler handler);

  // The bytes of the whole answer. 404 for an unknown path, 405 with Allow for a method that a path does not know.
  [[nodiscard]] std::string answer(const Request& request, AfterAnswer after);

 private:
  struct Path {
    std::string path;
    std::string methods;  // the value of Allow
  };

  HandlerResponse check(const httplib::Request& request, httplib::Response& response) const;

  std::vector<Path> paths_;
};

// Whether the client of a request that a handler sees can be answered with gzip.
[[nodiscard]] bool takes_gzip(const httplib::Request& request);

}  // namespace mailsonde::web
