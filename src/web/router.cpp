// SPDX-License-Identifier: Apache-2.0
#include "web/router.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "metrics/negotiate.hpp"

namespace mailsonde::web {
namespace {

constexpr std::array<std::string_view, 9> kMethods{"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                   "CONNECT", "OPTIONS", "TRACE", "PATCH"};
// How Accept-Encoding travels: cpp-httplib acts on the real one by itself, with br first, at the default level and
// blind to q values.
constexpr const char* kAcceptEncoding = "X-Mailsonde-Accept-Encoding";

// One request in memory, one answer into memory.
class MemoryStream : public httplib::Stream {
 public:
  explicit MemoryStream(std::string input) : input_(std::move(input)) {}

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }

  ssize_t read(char* buffer, std::size_t size) override {
    const std::size_t count = std::min(size, input_.size() - at_);
    std::memcpy(buffer, input_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, std::size_t size) override {
    output_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string& /*ip*/, int& port) const override { port = 0; }
  void get_local_ip_and_port(std::string& /*ip*/, int& port) const override { port = 0; }
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

  [[nodiscard]] std::string take() { return std::move(output_); }

 private:
  std::string input_;
  std::size_t at_ = 0;
  std::string output_;
};

// The request as cpp-httplib is to see it. Only headers that a handler reads are passed on, so that nothing in it acts
// on Range, Expect, Upgrade, Content-Encoding or a form's boundary.
std::string rewrite(const Request& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  const auto pass_on = [&](std::string_view name, std::string_view as) {
    const std::string value = request.header(name);
    if (!value.empty()) text.append(as).append(": ").append(value).append("\r\n");
  };
  pass_on("Accept", "Accept");
  pass_on("Accept-Encoding", kAcceptEncoding);
  text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
  return text;
}

void explain_status(const httplib::Request& /*request*/, httplib::Response& response) {
  if (!response.body.empty()) return;
  const std::string sentence = response.status == 404   ? "not found\n"
                               : response.status == 405 ? "method not allowed\n"
                                                        : "error " + std::to_string(response.status) + "\n";
  response.set_content(sentence, "text/plain; charset=utf-8");
}

}  // namespace

Router::Router() {
  set_default_headers({{"X-Content-Type-Options", "nosniff"}});
  set_pre_routing_handler([this](const auto& request, auto& response) { return check(request, response); });
  set_error_handler(explain_status);
  set_exception_handler([](const auto&, auto& response, const std::exception_ptr&) { response.status = 500; });
}

void Router::get(const std::string& path, Handler handler) {
  paths_.push_back({.path = path, .methods = "GET, HEAD"});
  Get(path, std::move(handler));
}

void Router::post(const std::string& path, Handler handler) {
  paths_.push_back({.path = path, .methods = "POST"});
  Post(path, std::move(handler));
}

httplib::Server::HandlerResponse Router::check(const httplib::Request& request, httplib::Response& response) const {
  const auto known = std::ranges::find(paths_, request.path, &Path::path);
  if (known == paths_.end()) {
    response.status = 404;
    return HandlerResponse::Handled;
  }
  const bool allowed =
      known->methods == "POST" ? request.method == "POST" : request.method == "GET" || request.method == "HEAD";
  if (allowed) return HandlerResponse::Unhandled;
  response.status = 405;
  response.set_header("Allow", known->methods);
  return HandlerResponse::Handled;
}

std::string Router::answer(const Request& request, AfterAnswer after) {
  if (std::ranges::find(kMethods, request.method) == kMethods.end()) return refusal(501);
  MemoryStream stream(rewrite(request));
  bool closed = false;
  process_request(stream, after == AfterAnswer::close, closed, nullptr);
  std::string bytes = stream.take();
  return bytes.empty() ? refusal(500) : bytes;
}

bool takes_gzip(const httplib::Request& request) {
  return metrics::allows_gzip(request.get_header_value(kAcceptEncoding));
}

}  // namespace mailsonde::web
