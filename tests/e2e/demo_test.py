# SPDX-License-Identifier: Apache-2.0
"""`mailsonde demo`: a mail world on loopback in which every fault shows under its own target."""

import pathlib
import re
import unittest

from parts import mailsonde, tempdirs

_PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/metrics.md"
_OF_TARGET = {"target", "kind", "provider", "source"}

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


def documented():
    """{family: (type, labels)} of the two tables of docs/metrics.md."""
    families = {}
    of_target, of_process = _PAGE.read_text().split("\n## Of the process\n")
    for table, common in ((of_target, _OF_TARGET), (of_process, set())):
        for name, kind, own in re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram) \| `?([\w,]*)`? \|", table, re.M):
            families[name] = kind, common | set(filter(None, own.split(",")))
    return families


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
            self._compare_with_page(scrape)

    def _compare_with_page(self, scrape):
        """All families have the type and labels that docs/metrics.md says; here all are met but those of faults."""
        page = documented()
        types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", scrape.text, re.M))
        self.assertEqual(types, {name: page.get(name, ["not documented"])[0] for name in types})
        self.assertLessEqual(set(page) - set(types), {"mailsonde_identity_check_ok", "mailsonde_greylist_delay_seconds"})
        for sample in scrape.samples:
            family = re.sub(r"_(bucket|sum|count)$", "", sample.name)
            self.assertEqual(set(sample.labels) - {"le"}, page[family][1], sample.name)

    def test_two_demos_do_not_meet(self):
        with tempdirs.private_folder() as folder, mailsonde.Daemon(folder / "a", command=["demo"]) as one, \
                mailsonde.Daemon(folder / "b", command=["demo"]) as two:
            for daemon in (one, two):
                daemon.wait_for(lambda scrape: scrape.sum("mailsonde_probes_total", outcome="ok"), 30, "an ok")
            self.assertEqual(one.process.stop(), 0)
            self.assertEqual(two.get("/-/healthy")[0], 200)


if __name__ == "__main__":
    unittest.main()
