// SPDX-License-Identifier: Apache-2.0
#include "web/site.hpp"

#include <memory>
#include <mutex>

#include "metrics/gzip.hpp"
#include "metrics/negotiate.hpp"
#include "web/router.hpp"

namespace mailsonde::web {
namespace {

constexpr const char* kPlain = "text/plain; charset=utf-8";

constexpr const char* kHome = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>mailsonde</title></head>
<body>
<h1>mailsonde</h1>
<p>Probes of SMTP deliverability for Prometheus.</p>
<ul>
<li><a href="/metrics">/metrics</a>: what Prometheus scrapes</li>
<li><a href="/-/healthy">/-/healthy</a>: the process serves</li>
<li><a href="/-/ready">/-/ready</a>: the configuration is loaded</li>
</ul>
</body>
</html>
)";

void serve_home(const httplib::Request& /*request*/, httplib::Response& response) {
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  response.set_content(kHome, "text/html; charset=utf-8");
}

void serve_metrics(const Site& site, const httplib::Request& request, httplib::Response& response) {
  const metrics::Format format = metrics::negotiate_format(request.get_header_value("Accept"));
  response.body = site.metrics(format);
  response.set_header("Content-Type", std::string(metrics::content_type(format)));
  response.set_header("Vary", "Accept, Accept-Encoding");
  if (!takes_gzip(request)) return;
  auto packed = metrics::gzip(response.body);
  if (!packed) return;  // the plain body is as good
  response.body = *std::move(packed);
  response.set_header("Content-Encoding", "gzip");
}

void serve_ready(const Site& site, httplib::Response& response) {
  const bool ready = site.ready();
  response.status = ready ? 200 : 503;
  response.set_content(ready ? "mailsonde is ready.\n" : "mailsonde is not ready.\n", kPlain);
}

void serve_reload(const Site& site, std::mutex& reloading, httplib::Response& response) {
  const std::lock_guard lock(reloading);
  const auto reloaded = site.reload();
  response.status = reloaded ? 200 : 500;
  response.set_content(
      reloaded ? "configuration reloaded\n" : "configuration not reloaded: " + reloaded.error().message + "\n", kPlain);
}

// The router with what its handlers refer to.
struct Served {
  explicit Served(Site given) : site(std::move(given)) {
    router.get("/", serve_home);
    router.get("/metrics", [this](const auto& request, auto& response) { serve_metrics(site, request, response); });
    router.get("/-/healthy",
               [](const auto&, auto& response) { response.set_content("mailsonde is healthy.\n", kPlain); });
    router.get("/-/ready", [this](const auto&, auto& response) { serve_ready(site, response); });
    router.post("/-/reload", [this](const auto&, auto& response) { serve_reload(site, reloading, response); });
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  Site site;
  std::mutex reloading;
  Router router;
};

}  // namespace

Answerer make_answerer(Site site) {
  auto served = std::make_shared<Served>(std::move(site));
  return [served](const Request& request, AfterAnswer after) { return served->router.answer(request, after); };
}

}  // namespace mailsonde::web
