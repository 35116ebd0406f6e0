// SPDX-License-Identifier: Apache-2.0
#include "net/pulse.hpp"

#include <doctest/doctest.h>

using mailsonde::net::Pulse;

TEST_SUITE_BEGIN("net.pulse");

TEST_CASE("a context that nobody runs does not answer, and is asked once") {
  asio::io_context context(1);
  Pulse pulse;
  CHECK(pulse.answers(context));  // nothing was asked before
  CHECK_FALSE(pulse.answers(context));
  CHECK_FALSE(pulse.answers(context));
  CHECK(context.run() == 1);
}

TEST_CASE("a context that is run again answers again") {
  asio::io_context context(1);
  Pulse pulse;
  for (int i = 0; i < 3; ++i) {
    CHECK(pulse.answers(context));
    CHECK_FALSE(pulse.answers(context));
    context.run();
    context.restart();
  }
}

TEST_SUITE_END();
