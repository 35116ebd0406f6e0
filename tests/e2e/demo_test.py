# SPDX-License-Identifier: Apache-2.0
"""`mailsonde demo`: a mail world on loopback in which every fault shows under its own target."""

import unittest

from parts import mailsonde, tempdirs

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
    def test_every_fault_shows_under_a_target_of_its_own_within_a_minute(self):
        with tempdirs.private_folder() as folder, mailsonde.Daemon(folder, command=["demo"]) as daemon:
            def all_there(scrape):
                return all(scrape.outcomes(target).get(outcome) for target, outcome in EXPECTED.items())

            scrape = daemon.wait_for(all_there, 60, "all of %s" % EXPECTED)
            expired = "expired-certificate.demo.example"
            self.assertLess(
                scrape.value("mailsonde_tls_certificate_not_after_timestamp_seconds", target=expired, chain="leaf"),
                scrape.value("mailsonde_probe_last_timestamp_seconds", target=expired))
            self.assertEqual(scrape.value("mailsonde_probe_success", target="healthy.demo.example"), 1)
            self.assertEqual(scrape.value("mailsonde_probe_success", target="refusing.demo.example"), 0)
            self.assertIn(daemon.listen_address, daemon.log(), "the address is printed")

    def test_two_demos_do_not_meet(self):
        with tempdirs.private_folder() as folder, mailsonde.Daemon(folder / "a", command=["demo"]) as one, \
                mailsonde.Daemon(folder / "b", command=["demo"]) as two:
            for daemon in (one, two):
                daemon.wait_for(lambda scrape: scrape.sum("mailsonde_probes_total", outcome="ok"), 30, "an ok")
            self.assertEqual(one.process.stop(), 0)
            self.assertEqual(two.get("/-/healthy")[0], 200)


if __name__ == "__main__":
    unittest.main()
