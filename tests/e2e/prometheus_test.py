# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus scrapes mailsonde while a real Postfix answers 451: the rate that pages is right."""

import unittest

from parts import mailsonde, policy, ports, postfix, prometheus, processes, tempdirs

_CONFIG = """
[resolver]
allow_private_addresses = true
[modules.mx-rcpt]
mail_from = "probe@client.test"
[[relays]]
name = "mx"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "mx-rcpt"
rcpt_to = "canary@example.test"
"""

SELECTOR = 'mailsonde_smtp_replies_total{target="mx",code="451",enhanced_code="4.7.1"}'


class PrometheusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempdirs.private_folder())
        policy_port, smtp_port = ports.free_port(), ports.free_port()
        cls.policy = cls.enterClassContext(policy.PolicyServer(cls.folder / "policy", policy_port))
        restrictions = {"smtpd_recipient_restrictions":
                        "check_policy_service inet:127.0.0.1:%d, reject_unauth_destination" % policy_port}
        cls.postfix = cls.enterClassContext(
            postfix.Postfix(cls.folder / "postfix", [postfix.Listener(smtp_port)], restrictions))
        cls.daemon = cls.enterClassContext(
            mailsonde.Daemon(cls.folder / "mailsonde", _CONFIG.format(port=smtp_port)))
        cls.prometheus = cls.enterClassContext(
            prometheus.Prometheus(cls.folder / "prometheus", ports.free_port(), cls.daemon.listen_address))

    def test_the_first_451_is_a_rise_and_the_rate_is_the_servers_own_count(self):
        processes.wait_until(lambda: (self.prometheus.target() or {}).get("health") == "up", 30,
                             lambda: "the exporter is up: %s" % self.prometheus.target())
        # The series stands at 0 before anything happened: the first 451 is not lost.
        processes.wait_until(lambda: self.prometheus.query("sum(%s) == 0" % SELECTOR), 20, "the series is there at 0")
        self.daemon.wait_for_outcome("mx", "ok")

        self.policy.action = "451 4.7.1 Greylisted, please try again later"
        processes.wait_until(lambda: self.postfix.rejected("451 4.7.1") >= 12, 40, "Postfix refused twelve times")
        self.policy.action = "DUNNO"
        ok_before = self.daemon.scrape().sum("mailsonde_probes_total", target="mx", outcome="ok")
        scrape = self.daemon.wait_for(
            lambda now: now.sum("mailsonde_probes_total", target="mx", outcome="ok") > ok_before, 20, "it passes again")

        rejected = self.postfix.rejected("451 4.7.1")
        self.assertEqual(sum(count for key, count in scrape.replies("mx").items() if key[1] == "451"), rejected)
        self.assertEqual(scrape.sum("mailsonde_probes_total", target="mx", outcome="greylisted"), rejected)
        processes.wait_until(lambda: self.prometheus.query("sum(%s) == %d" % (SELECTOR, rejected)), 20,
                             "Prometheus has seen them all")

        # rate() over a window that holds the whole rise, against the raw samples in that window.
        selector = 'mailsonde_smtp_replies_total{target="mx",code="451",enhanced_code="4.7.1",outcome="greylisted",stage="rcpt"}'
        now = max(time for time, _ in self.prometheus.samples(selector + "[5m]"))
        [(_, increase)] = [row for row in self.prometheus.query("sum(increase(%s[5m]))" % SELECTOR, time=now)]
        [(_, rate)] = [row for row in self.prometheus.query("sum(rate(%s[5m]))" % SELECTOR, time=now)]
        self.assertGreater(rate, 0)
        self.assertAlmostEqual(rate * 300, increase, delta=0.01)
        # Prometheus extrapolates to the edges of the window by at most one scrape interval on either side.
        samples = [(time, value) for time, value in self.prometheus.samples(selector + "[5m]")]
        covered = samples[-1][0] - samples[0][0]
        self.assertAlmostEqual(increase, rejected, delta=rejected * 2.5 / covered + 0.01)

    def test_openmetrics_is_scraped_and_every_sample_has_its_family(self):
        status, text = self.daemon.get("/metrics", headers={
            "Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"})
        self.assertEqual(status, 200)
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertIn("# TYPE mailsonde_probes counter\n", text)


if __name__ == "__main__":
    unittest.main()
