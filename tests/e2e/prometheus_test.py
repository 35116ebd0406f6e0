# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus scrapes the daemon while a real Postfix refuses: the rates it computes are the server's own."""

import unittest

from parts import mailsonde, policy, ports, postfix, processes, prometheus, tempdirs

_CONFIG = """
[prober]
helo = "probe.client.test"
[modules.rcpt]
depth = "rcpt"
mail_from = "probe@client.test"
[[relays]]
name = "relay"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "someone@example.test"
"""

_REFUSED = 'mailsonde_smtp_replies_total{target="relay",stage="rcpt",code="451",enhanced_code="4.3.2"}'


class PrometheusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        port, policy_port = ports.free_port(), ports.free_port()
        cls.policy = cls.enterClassContext(policy.PolicyServer(folder / "policy", policy_port))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % policy_port}
        cls.postfix = cls.enterClassContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port)], asks))
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", _CONFIG.format(port=port)))
        cls.prometheus = cls.enterClassContext(
            prometheus.Prometheus(folder / "prometheus", ports.free_port(), cls.daemon.listen_address))
        processes.wait_until(lambda: cls.prometheus.query('up{job="mailsonde"} == 1'), 30, "the first scrape",
                             every=0.3)

    def test_the_rate_of_451_is_what_the_server_counted(self):
        self._wait_for_value(_REFUSED + " == 0")  # there before the first 451, or that one would be lost
        self.policy.action = "451 4.3.2 Please try again later"
        self.daemon.wait_for_outcome("relay", "server_overloaded", count=5, seconds=30)
        self._wait_for_value('rate(mailsonde_smtp_replies_total{code="451"}[30s]) > 0')
        self.policy.action = "DUNNO"
        passed = self.daemon.scrape().sum("mailsonde_probes_total", target="relay", outcome="ok")
        self.daemon.wait_for_outcome("relay", "ok", count=passed + 2)

        logged = self.postfix.rejected("451 4.3.2")
        self._wait_for_value("%s == %d" % (_REFUSED, logged))
        # From the zero before the first event to the last: nothing was lost at either end.
        samples = [value for _, value in self.prometheus.samples(_REFUSED + "[10m]")]
        self.assertEqual((samples[0], samples[-1]), (0, logged))
        self.assertEqual(samples, sorted(samples), "a counter never falls")
        self._check_rate(logged)

    def _check_rate(self, logged):
        """rate() over a window that holds every event, times the window, is their number (but for extrapolation)."""
        [(_, per_second)] = self.prometheus.query('sum(rate(mailsonde_smtp_replies_total{code="451"}[10m]))')
        times = [time for time, _ in self.prometheus.samples(_REFUSED + "[10m]")]
        covered = times[-1] - times[0]
        self.assertGreater(per_second, 0)
        # rate() divides by the window and extrapolates by up to half a scrape interval at either end.
        self.assertAlmostEqual(per_second * 600, logged, delta=logged * 1.5 / covered + 0.01)

    def _wait_for_value(self, expression):
        processes.wait_until(lambda: self.prometheus.query(expression), 15, expression, every=0.3)

    def test_prometheus_is_content_with_every_scrape(self):
        target = self.prometheus.target()
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))
        self.assertEqual(self.prometheus.query('min_over_time(up{job="mailsonde"}[10m])')[0][1], 1)

    def test_openmetrics_is_what_prometheus_asked_for(self):
        status, text = self.daemon.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
        self.assertEqual(status, 200)
        self.assertTrue(text.endswith("# EOF\n"))

    def test_the_own_numbers_are_there(self):
        for expression in ("mailsonde_build_info == 1", "process_open_fds > 0", "process_start_time_seconds > 0",
                           "mailsonde_config_last_reload_successful == 1", 'mailsonde_targets{kind="relay"} == 1',
                           "changes(process_start_time_seconds[1m]) == 0"):
            with self.subTest(expression):
                self._wait_for_value(expression)

    def test_started_probes_are_outcomes_plus_those_in_flight(self):
        scrape = self.daemon.wait_for_outcome("relay", "ok", count=3)
        finished = scrape.sum("mailsonde_probes_total", target="relay")
        lag = scrape.value("mailsonde_schedule_lag_seconds_count")
        self.assertEqual(lag, finished + scrape.value("mailsonde_probes_in_flight"))


if __name__ == "__main__":
    unittest.main()
