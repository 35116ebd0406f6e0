# SPDX-License-Identifier: Apache-2.0
"""From a relay that is down, one whose certificate has expired, and a mailsonde that was killed, to the page and the
resolved notice: the alerts as they are shipped, with all their windows divided by 60."""

import signal
import unittest

from parts import certs, knot, mailsonde, paging, ports, postfix, tempdirs

_FASTER = 60

_CONFIG = """
[prober]
helo = "probe.client.test"
[resolver]
servers = ["{resolver}"]
allow_private_addresses = true
[modules.verified]
depth = "starttls"
tls = "required"
verify = true
ca_file = "{ca}"
[[relays]]
name = "relay"
host = "relay.example.test"
port = {port}
interval = "1s"
module = "verified"
"""


class RelayAlertsTest(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempdirs.private_folder())
        server = self.enterContext(knot.Knot(folder / "knot", ports.free_port(), {"example.test": "relay A 127.0.0.1\n"}))
        self.authority = certs.Authority(folder / "certs")
        port = ports.free_port()
        tls = postfix.tls_parameters(self.authority.issue("relay.example.test"))
        self.relay = postfix.Postfix(folder / "postfix", [postfix.Listener(port)], tls)
        config = _CONFIG.format(resolver=server.address, ca=self.authority.certificate, port=port)
        self.daemon = mailsonde.Daemon(folder / "mailsonde", config)
        self.paging = paging.Paging(folder / "paging", self.daemon.listen_address, _FASTER)

    def _watch(self):
        self.enterContext(self.paging)
        self.daemon.wait_for_outcome("relay", "ok", count=3)

    def _wait_for_page(self, name, **wanted):
        """The description of the page that has these labels."""
        _, alert = self.paging.wait_for(name, "firing", 40)
        labels, notes = alert["labels"], alert["annotations"]
        wanted.update(severity="critical", job="mailsonde", instance=self.daemon.listen_address)
        self.assertEqual({key: labels.get(key) for key in wanted}, wanted)
        self.assertTrue(notes["runbook_url"].endswith("/Mailsonde%s.md" % name))
        return notes["description"]

    def _expect_only(self, name):
        """One fault, one page, one resolved notice, and no ticket beside them."""
        self.paging.wait_for(name, "resolved", 40)
        self.assertEqual(self.paging.heard(), [("pager", name, "firing"), ("pager", name, "resolved")])

    def test_relay_that_is_down_pages_with_the_cause_and_is_resolved(self):
        self.enterContext(self.daemon)
        with self.relay:
            self._watch()
            self.paging.wait_for_past("mailsonde_probe_success", minutes=30, seconds=60)
        told = self._wait_for_page("RelayDown", target="relay", kind="relay")
        self.assertEqual(told, "No probe gets through relay relay, from no source. "
                               "Most probes end with connection_refused at connect.")
        with self.relay:
            self._expect_only("RelayDown")

    def test_expired_certificate_pages_for_as_long_as_no_handshake_succeeds_and_is_resolved(self):
        self.enterContext(self.daemon)
        with self.relay:
            self._watch()
            self.paging.wait_for_past("mailsonde_probe_success", minutes=30, seconds=60)
            expired = self.authority.issue("relay.example.test", days=-1)
            self.relay.reconfigure()
            told = self._wait_for_page("RelayCertificateExpired", target="relay", mx="relay.example.test")
            self.assertIn("The certificate of relay.example.test (relay relay), or one of its chain, is past its end",
                          told)

            # No probe gets through: that is silenced, and the alert goes on, as does what it looks at.
            self.paging.wait_for_silenced("RelayDown", 30)
            scrape = self.daemon.scrape()
            self.assertEqual(scrape.value("mailsonde_probe_success", target="relay"), 0)
            self.assertEqual(scrape.value("mailsonde_tls_certificate_not_after_timestamp_seconds", target="relay",
                                          chain="leaf"), expired.not_after())
            self.assertEqual(self.paging.heard(), [("pager", "RelayCertificateExpired", "firing")])

            self.authority.issue("relay.example.test")
            self.relay.reconfigure()
            self._expect_only("RelayCertificateExpired")

    def test_killed_mailsonde_pages_and_is_resolved(self):
        with self.relay:
            with self.daemon:
                self._watch()
                self.daemon.process.signal(signal.SIGKILL)
            told = self._wait_for_page("ExporterDown")
            self.assertIn("Prometheus gets no metrics from %s." % self.daemon.listen_address, told)
            with self.daemon:
                self._expect_only("ExporterDown")


if __name__ == "__main__":
    unittest.main()
