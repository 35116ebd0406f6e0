# SPDX-License-Identifier: Apache-2.0
"""`mailsonde demo`: what a newcomer sees first."""

import unittest

from parts import mailsonde, tempdirs

# Each under its own target, within a minute.
EXPECTED = {
    "healthy.demo.example": "ok",
    "greylisting.demo.example": "greylisted",
    "throttling.demo.example": "rate_limited",
    "overloaded.demo.example": "server_overloaded",
    "stopping.demo.example": "server_unavailable",
    "expired-certificate.demo.example": "tls_certificate",
    "refusing.demo.example": "connection_refused",
    "tarpit.demo.example": "remote_timeout",
    "null-mx.demo.example": "dns_no_route",
    "relay.demo.example": "ok",
    "locked-relay.demo.example": "auth_failed",
}


class DemoTest(unittest.TestCase):
    def test_every_trouble_shows_under_its_own_target_within_a_minute(self):
        with tempdirs.private_folder() as folder, mailsonde.Daemon(folder, command=["demo"]) as demo:
            def all_there(scrape):
                return all(scrape.sum("mailsonde_probes_total", target=target, outcome=outcome) >= 1
                           for target, outcome in EXPECTED.items())

            scrape = demo.wait_for(all_there, 60, "every outcome of the demo is there")
            expiry = scrape.value("mailsonde_tls_certificate_not_after_timestamp_seconds",
                                  target="expired-certificate.demo.example", chain="leaf")
            self.assertLess(expiry, scrape.value("mailsonde_probe_last_timestamp_seconds",
                                                 target="expired-certificate.demo.example"))
            self.assertEqual(scrape.value("mailsonde_probe_success", target="healthy.demo.example"), 1)
            self.assertEqual(scrape.value("mailsonde_probe_success", target="refusing.demo.example"), 0)
            self.assertIn(demo.listen_address, demo.log())
            self.assertEqual(demo.process.stop(), 0)


if __name__ == "__main__":
    unittest.main()
