// SPDX-License-Identifier: Apache-2.0
#include "metrics/identity_series.hpp"

#include <doctest/doctest.h>

#include "unit/metrics/lines.hpp"

using namespace mailsonde;
using namespace mailsonde::metrics;
using namespace mailsonde::metrics::test;
using identity::Verdict;

namespace {

identity::SourceReport report(std::string source, Verdict helo, Verdict ptr) {
  return {std::move(source), "out.example.org", {{*IpAddress::parse("192.0.2.10"), {{{helo, ""}, {ptr, ""}}}}}};
}

struct Shown {
  IdentitySeries series;
  std::string text() const {
    Exposition out(Format::text);
    series.render(out);
    return std::move(out).finish();
  }
  std::string value_of(const std::string& check, const std::string& subject) const {
    return value(text(), "mailsonde_identity_check_ok", "check=\"" + check + "\",subject=\"" + subject + "\"");
  }
};

}  // namespace

TEST_SUITE_BEGIN("metrics.identity_series");

TEST_CASE("a check is 1, 0 or absent while it is unknown, and its series end with the source") {
  Shown shown;
  const std::vector before{report("pool-a", Verdict::ok, Verdict::failed),
                           report("pool-b", Verdict::unknown, Verdict::ok)};
  shown.series.show(before);
  CHECK(shown.value_of("helo", "pool-a") == "1");
  CHECK(shown.value_of("ptr", "pool-a") == "0");
  CHECK(shown.value_of("ptr", "pool-b") == "1");
  CHECK(count(shown.text(), "mailsonde_identity_check_ok") == 3);
  const std::vector after{report("pool-b", Verdict::failed, Verdict::failed)};
  shown.series.show(after);
  CHECK(shown.value_of("helo", "pool-b") == "0");
  CHECK(count(shown.text(), "mailsonde_identity_check_ok") == 2);
}
