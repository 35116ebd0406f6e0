// SPDX-License-Identifier: Apache-2.0
#include "web/site.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace mailsonde;
using web::AfterAnswer;
using web::Request;

namespace {

std::string unpacked(const std::string& packed) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string plain(1 << 20, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

struct Fixture {
  std::atomic<bool> ready{true};
  Result<void> reloaded;
  web::Answerer answerer = web::make_answerer({
      .metrics = [](metrics::Format format) { return format == metrics::Format::text ? "text body\n" : "# EOF\n"; },
      .ready = [this] { return ready.load(); },
      .reload = [this] { return reloaded; },
  });

  std::string ask(const std::string& method, const std::string& target, std::vector<web::Header> headers = {},
                  AfterAnswer after = AfterAnswer::close) const {
    Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    return answerer(request, after);
  }
};

std::string status_of(const std::string& answer) { return answer.substr(9, 3); }
std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
bool has_header(const std::string& answer, const std::string& line) {
  return answer.find("\r\n" + line + "\r\n") < answer.find("\r\n\r\n") + 2;
}

}  // namespace

TEST_SUITE_BEGIN("web.site");

TEST_CASE_FIXTURE(Fixture, "/metrics is text 0.0.4 unless OpenMetrics is asked for") {
  const std::string text = ask("GET", "/metrics");
  CHECK(status_of(text) == "200");
  CHECK(has_header(text, "Content-Type: text/plain; version=0.0.4; charset=utf-8"));
  CHECK(body_of(text) == "text body\n");
  const std::string open =
      ask("GET", "/metrics?x=y",
          {{"accept", "application/openmetrics-text;version=1.0.0"}, {"Accept", "text/plain;q=0.5"}});
  CHECK(has_header(open,
                   "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"));
  CHECK(body_of(open) == "# EOF\n");
}

TEST_CASE_FIXTURE(Fixture, "/metrics is packed only when the client allows gzip") {
  const std::string packed = ask("GET", "/metrics", {{"Accept-Encoding", "br, gzip"}});
  CHECK(has_header(packed, "Content-Encoding: gzip"));
  CHECK(unpacked(body_of(packed)) == "text body\n");
  for (const char* refused : {"gzip;q=0", "br", "identity"}) {
    CAPTURE(refused);
    const std::string plain = ask("GET", "/metrics", {{"Accept-Encoding", refused}});
    CHECK(plain.find("Content-Encoding") == std::string::npos);
    CHECK(body_of(plain) == "text body\n");
  }
}

TEST_CASE_FIXTURE(Fixture, "healthy always, ready only when it is so") {
  CHECK(status_of(ask("GET", "/-/healthy")) == "200");
  CHECK(status_of(ask("GET", "/-/ready")) == "200");
  ready = false;
  CHECK(status_of(ask("GET", "/-/healthy")) == "200");
  CHECK(status_of(ask("GET", "/-/ready")) == "503");
}

TEST_CASE_FIXTURE(Fixture, "reload is a POST, and its failure is a 500 with the reason") {
  const std::string by_get = ask("GET", "/-/reload");
  CHECK(status_of(by_get) == "405");
  CHECK(has_header(by_get, "Allow: POST"));
  CHECK(status_of(ask("HEAD", "/-/reload")) == "405");
  CHECK(status_of(ask("POST", "/-/reload")) == "200");
  reloaded = fail("m.toml:3:1: unknown key \"hello\"");
  const std::string failed = ask("POST", "/-/reload");
  CHECK(status_of(failed) == "500");
  CHECK(body_of(failed).find("m.toml:3:1: unknown key \"hello\"") != std::string::npos);
}

TEST_CASE("reload calls come one after the other") {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  const auto answerer = web::make_answerer({.metrics = {}, .ready = {}, .reload = [&]() -> Result<void> {
                                              most = std::max<int>(most, ++inside);
                                              std::this_thread::yield();
                                              --inside;
                                              return {};
                                            }});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Request request;
      request.method = "POST";
      request.target = "/-/reload";
      for (int k = 0; k < 50; ++k) (void)answerer(request, AfterAnswer::keep_open);
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(most == 1);
}

TEST_CASE_FIXTURE(Fixture, "other methods are 405 with what is allowed, unknown ones 501") {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    CAPTURE(method);
    const std::string answer = ask(method, "/metrics");
    CHECK(status_of(answer) == "405");
    CHECK(has_header(answer, "Allow: GET, HEAD"));
  }
  CHECK(status_of(ask("BREW", "/metrics")) == "501");
}

TEST_CASE_FIXTURE(Fixture, "HEAD has the length of GET and no body") {
  const std::string answer = ask("HEAD", "/metrics");
  CHECK(status_of(answer) == "200");
  CHECK(has_header(answer, "Content-Length: 10"));
  CHECK(body_of(answer).empty());
}

TEST_CASE_FIXTURE(Fixture, "no path leads to a file") {
  for (const char* path :
       {"/etc/passwd", "/../../etc/passwd", "/metrics/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/..%5c..%5cetc", "/metrics%00", "/metrics%00.html", "/metrics/", "//metrics", "/Metrics", "/metrics%3Fx", "/%",
        "/%zz", "/static/", "/-/", "/-/reload/x"}) {
    CAPTURE(path);
    const std::string answer = ask("GET", path);
    CHECK(status_of(answer) == "404");
    CHECK(body_of(answer) == "not found\n");
  }
}

TEST_CASE_FIXTURE(Fixture, "Range, Expect and Upgrade are ignored") {
  for (const web::Header& header :
       {web::Header{"Range", "bytes=0-3"}, web::Header{"Range", "bytes=9-1"}, web::Header{"Range", "nonsense"},
        web::Header{"Expect", "100-continue"}, web::Header{"Upgrade", "h2c"}}) {
    CAPTURE(header.name);
    const std::string answer = ask("GET", "/metrics", {header});
    CHECK(status_of(answer) == "200");
    CHECK(body_of(answer) == "text body\n");
  }
}

TEST_CASE_FIXTURE(Fixture, "every answer forbids guessing its type, and pages forbid scripts") {
  for (const char* path : {"/", "/metrics", "/-/healthy", "/-/ready", "/-/reload", "/nothing"}) {
    CAPTURE(path);
    CHECK(has_header(ask("GET", path), "X-Content-Type-Options: nosniff"));
  }
  CHECK(has_header(ask("BREW", "/"), "X-Content-Type-Options: nosniff"));
  const std::string home = ask("GET", "/");
  CHECK(home.find("\r\nContent-Security-Policy: default-src 'none'") != std::string::npos);
  CHECK(home.find("<script") == std::string::npos);
  CHECK(home.find("href=\"/metrics\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "the answer says whether the connection stays") {
  CHECK(has_header(ask("GET", "/", {}, AfterAnswer::close), "Connection: close"));
  CHECK(ask("GET", "/", {}, AfterAnswer::keep_open).find("Connection: close") == std::string::npos);
}

TEST_CASE("an exception in a handler is a 500 without its text") {
  const auto answerer =
      web::make_answerer({.metrics = [](metrics::Format) -> std::string { throw std::runtime_error("inner secret"); },
                          .ready = {},
                          .reload = {}});
  Request request;
  request.method = "GET";
  request.target = "/metrics";
  const std::string answer = answerer(request, AfterAnswer::close);
  CHECK(status_of(answer) == "500");
  CHECK(answer.find("inner secret") == std::string::npos);
}

TEST_SUITE_END();
