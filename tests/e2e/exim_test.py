# SPDX-License-Identifier: Apache-2.0
"""Exim: a second implementation of SMTP and of TLS (GnuTLS)."""

import unittest

from parts import certs, exim, mailsonde, ports, tempdirs

_CONFIG = """
[prober]
helo = "probe.client.test"
[prober.stage_timeouts]
command = "2s"
[modules.rcpt]
depth = "rcpt"
tls = "required"
verify = true
ca_file = "{ca}"
mail_from = "probe@client.test"
[[relays]]
name = "exim"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "someone@exim.test"
[[relays]]
name = "elsewhere"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "someone@elsewhere.test"
"""


class EximTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        authority = certs.Authority(folder / "ca")
        cls.leaf = authority.issue("mx.exim.test")
        port = ports.free_port()
        cls.exim = cls.enterClassContext(exim.Exim(folder / "exim", port, cls.leaf))
        config = _CONFIG.format(ca=authority.certificate, port=port)
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", config))

    def setUp(self):
        self.exim.answer = "accept"

    def test_the_recipient_is_accepted_inside_verified_tls(self):
        scrape = self.daemon.wait_for_outcome("exim", "ok")
        self.assertEqual(scrape.value("mailsonde_tls_certificate_valid", target="exim"), 1)
        self.assertEqual(
            scrape.value("mailsonde_tls_certificate_not_after_timestamp_seconds", target="exim", chain="leaf"),
            self.leaf.not_after())
        self.assertGreater(scrape.sum("mailsonde_tls_handshakes_total", target="exim", result="ok"), 0)
        self.assertEqual(scrape.value("mailsonde_starttls_advertised", target="exim"), 1)

    def test_a_deferral_is_counted_as_often_as_exim_logged_it(self):
        self.exim.answer = "defer"
        self.daemon.wait_for_outcome("exim", "server_overloaded", count=3)
        self.exim.answer = "accept"
        passed = self.daemon.scrape().sum("mailsonde_probes_total", target="exim", outcome="ok")
        scrape = self.daemon.wait_for_outcome("exim", "ok", count=passed + 2)
        counted = sum(scrape.sum("mailsonde_smtp_replies_total", target=name, stage="rcpt", code="451",
                                 enhanced_code="4.3.2", outcome="server_overloaded")
                      for name in ("exim", "elsewhere"))
        self.assertEqual(counted, self.exim.deferred())

    def test_a_dropped_connection_keeps_the_reply_that_came_before(self):
        self.exim.answer = "drop"
        scrape = self.daemon.wait_for_outcome("exim", "policy_rejected")
        self.assertGreater(scrape.sum("mailsonde_smtp_replies_total", target="exim", stage="rcpt", code="550",
                                      enhanced_code="5.7.1"), 0)

    def test_a_foreign_domain_is_relay_denied(self):
        self.daemon.wait_for_outcome("elsewhere", "relay_denied")

    def test_a_server_that_waits_before_its_answer_is_a_timeout_at_that_stage(self):
        self.exim.answer = "delay"
        scrape = self.daemon.wait_for_outcome("exim", "remote_timeout", seconds=30)
        self.assertGreater(scrape.sum("mailsonde_probe_failures_total", target="exim", stage="rcpt",
                                      outcome="remote_timeout"), 0)


if __name__ == "__main__":
    unittest.main()
