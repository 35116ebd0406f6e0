// SPDX-License-Identifier: Apache-2.0
#include "metrics/negotiate.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mailsonde::metrics;

TEST_SUITE_BEGIN("metrics.negotiate");

TEST_CASE("what Prometheus 2.42 and 3.x send gets OpenMetrics") {
  CHECK(negotiate_format("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1") == Format::openmetrics);
  CHECK(negotiate_format(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            "text/plain;version=0.0.4;q=0.3,*/*;q=0.2") == Format::openmetrics);
}

TEST_CASE("everything else gets text") {
  for (const char* accept :
       {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json",
        "application/openmetrics-text", "application/openmetrics-text;version=0.0.1",
        "application/openmetrics-text;version=2.0.0",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"}) {
    CAPTURE(accept);
    CHECK(negotiate_format(accept) == Format::text);
  }
}

TEST_CASE("the highest q wins, the first of equals, a named type before a wildcard") {
  CHECK(negotiate_format("text/plain;q=0.4, application/openmetrics-text; version=1.0.0; q=0.5") ==
        Format::openmetrics);
  CHECK(negotiate_format("text/plain;q=0.6, application/openmetrics-text; version=1.0.0; q=0.5") == Format::text);
  CHECK(negotiate_format("text/plain, application/openmetrics-text;version=1.0.0") == Format::text);
  CHECK(negotiate_format("application/openmetrics-text;version=1.0.0, text/plain") == Format::openmetrics);
  CHECK(negotiate_format("*/*, application/openmetrics-text;version=1.0.0") == Format::openmetrics);
  CHECK(negotiate_format("application/openmetrics-text;version=1.0.0;q=0") == Format::text);
  CHECK(negotiate_format("APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"") == Format::openmetrics);
}

TEST_CASE("a malformed header gets text") {
  for (const char* q : {"2", "1.5", "-1", "x", "", "0.1234", "1.001", ".5", "0,5"}) {
    CAPTURE(q);
    CHECK(negotiate_format("application/openmetrics-text;version=1.0.0;q=" + std::string(q)) == Format::text);
  }
  CHECK(negotiate_format("application/openmetrics-text;version=1.0.0, nonsense") == Format::text);
  CHECK(negotiate_format("application/openmetrics-text;version=1.0.0;;") == Format::text);
  CHECK(negotiate_format(";,;") == Format::text);
  CHECK(negotiate_format(std::string(8000, ',')) == Format::text);
}

TEST_CASE("gzip is used only where it is allowed") {
  for (const char* header :
       {"gzip", "GZIP", "br, gzip;q=0.1", "*", "identity;q=0, *;q=0.5", "x-gzip", "deflate,gzip;q=1.000", ", gzip"}) {
    CAPTURE(header);
    CHECK(allows_gzip(header));
  }
  for (const char* header :
       {"", "gzip;q=0", "gzip;q=0.000", "identity", "br", "*;q=0", "gzip;q=0, *", "gzip;q=x", "notgzip", "gzip;q=2"}) {
    CAPTURE(header);
    CHECK_FALSE(allows_gzip(header));
  }
}

TEST_SUITE_END();
