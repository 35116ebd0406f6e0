# SPDX-License-Identifier: Apache-2.0
"""A Postfix that refuses whoever connects too often (anvil), and a prober that is too fast for it: the prober slows
down until it is let in again, and says that the trouble is of its own making."""

import re
import time
import unittest

from parts import mailsonde, ports, postfix, processes, tempdirs

# 21 connections a minute, counted over 20 s so that the test is short. A third of what the prober begins with: at half
# of its pace it is still too fast.
_UNIT = 20
_MOST = 7

_CONFIG = """
[prober]
helo = "probe.client.test"
[politeness]
per_provider_rate = "60/min"
[modules.plain]
depth = "ehlo"
tls = "none"
[[relays]]
name = "strict"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "plain"
"""


class ThrottledTest(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempdirs.private_folder())
        port = ports.free_port()
        self.server = self.enterContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port)], {
            "smtpd_client_connection_rate_limit": _MOST, "anvil_rate_time_unit": "%ds" % _UNIT}))
        self.daemon = self.enterContext(mailsonde.Daemon(folder / "mailsonde", _CONFIG.format(port=port)))
        self.samples = []  # (seconds since the start, connections, those of them that were refused)
        self.began = time.monotonic()

    def _look(self):
        maillog = self.server.maillog()
        self.samples.append((time.monotonic() - self.began, len(re.findall(r"smtpd\[\d+\]: connect from", maillog)),
                             maillog.count("Connection rate limit exceeded")))

    def _connections_a_minute(self, since, until):
        """Over that span, by the server's count."""
        inside = [sample for sample in self.samples if since <= sample[0] <= until]
        first, last = inside[0], inside[-1]
        return 60 * (last[1] - first[1]) / (last[0] - first[0])

    def _seconds_without_refusal(self):
        now, _, refused = self.samples[-1]
        return now - min(when for when, _, count in self.samples if count == refused)

    def _wait_until_let_in_again(self):
        """For good: the server has counted anew since it last refused, and the pace was not too fast."""
        def let_in():
            self._look()
            scrape = self.daemon.scrape()
            self.assertEqual(scrape.value("mailsonde_probe_success", target="strict"), 1, "inconclusive is no failure")
            return self._seconds_without_refusal() > _UNIT + 5
        processes.wait_until(let_in, 130, lambda: "it is let in: %s" % self.samples[-20:], every=0.5)

    def test_it_slows_down_until_it_is_let_in_again(self):
        self._look()
        scrape = self.daemon.wait_for(lambda scrape: scrape.value("mailsonde_probe_throttled", target="strict") == 1,
                                      40, "the server refuses, and the probe is called throttled")
        self._look()
        self.assertEqual(scrape.value("mailsonde_probe_success", target="strict"), 1)
        self.assertEqual(scrape.sum("mailsonde_endpoint_success", target="strict"), 1)
        at_first = self._connections_a_minute(0, self.samples[-1][0])

        self._wait_until_let_in_again()
        end = self.samples[-1][0]
        at_last = self._connections_a_minute(end - _UNIT, end)
        allowed = 60 * _MOST / _UNIT
        print("\nmeasured: %.0f connections a minute at first, %.0f in the end, after %.0f s; %.0f allowed, %d refused"
              % (at_first, at_last, end, allowed, self.samples[-1][2]), flush=True)
        self.assertGreater(at_first, allowed)
        self.assertLess(at_last, allowed)
        self.assertGreater(at_last, 5, "slow, not blind")

        scrape = self.daemon.scrape()
        self.assertEqual(scrape.value("mailsonde_probe_throttled", target="strict"), 0)
        self.assertEqual(scrape.outcomes("strict").keys(), {"ok", "rate_limited"})
        self.assertEqual(scrape.outcomes("strict")["rate_limited"], self.samples[-1][2])
        self.assertGreater(scrape.value("mailsonde_probe_interval_seconds", target="strict"), 3)
        self.assertGreater(scrape.value("mailsonde_probes_suppressed_total", target="strict", reason="backoff"), 0)


if __name__ == "__main__":
    unittest.main()
