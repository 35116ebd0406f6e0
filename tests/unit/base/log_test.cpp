// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mailsonde;

TEST_SUITE_BEGIN("base.log");

TEST_CASE("logfmt stays one line whatever a server says") {
  CHECK(log::render(log::Format::logfmt, "T", log::Level::warn, "probe failed",
                    {{"reply", "451 a=\"b\"\r\nlevel=error"}}) ==
        R"(ts=T level=warn msg="probe failed" reply="451 a=\"b\"\x0d\x0alevel=error")");
}

TEST_CASE("JSON is valid for any bytes") {
  const std::string line = log::render(log::Format::json, "T", log::Level::info, "m", {{"text", "\xff\"\n"}});
  const auto record = nlohmann::json::parse(line);
  CHECK(record["level"] == "info");
  CHECK(record["text"] == "\\xff\"\\x0a");
}

TEST_CASE("records under the chosen level are neither written nor counted") {
  log::configure(log::Level::error, log::Format::logfmt);
  const auto before = log::written(log::Level::info);
  log::info("not seen");
  CHECK(log::written(log::Level::info) == before);
  log::configure(log::Level::info, log::Format::logfmt);
}

TEST_SUITE_END();
