# SPDX-License-Identifier: Apache-2.0
"""`mailsonde demo`: a mail world on loopback in which every fault shows under its own target."""

import unittest

from parts import mailsonde, tempdirs

OUTCOMES = {"ok", "greylisted", "rate_limited", "server_unavailable", "connection_refused", "remote_timeout",
            "tls_certificate"}


class DemoTest(unittest.TestCase):
    def test_every_fault_shows_under_a_target_of_its_own_within_a_minute(self):
        with tempdirs.private_folder() as folder, mailsonde.Daemon(folder, command=["demo"]) as daemon:
            scrape = daemon.wait_for(lambda scrape: OUTCOMES <= self._targets_by_outcome(scrape).keys(), 60,
                                     "all of " + ", ".join(sorted(OUTCOMES)))
            found = self._targets_by_outcome(scrape)
            self.assertTrue(_all_distinct([found[outcome] for outcome in sorted(OUTCOMES)]), found)
            self.assertIn(daemon.listen_address, daemon.log(), "the address is printed")

    @staticmethod
    def _targets_by_outcome(scrape):
        found = {}
        for sample in scrape.select("mailsonde_probes_total"):
            if sample.value:
                found.setdefault(sample.labels["outcome"], set()).add(sample.labels["target"])
        return found

    def test_two_demos_do_not_meet(self):
        with tempdirs.private_folder() as folder, mailsonde.Daemon(folder / "a", command=["demo"]) as one, \
                mailsonde.Daemon(folder / "b", command=["demo"]) as two:
            for daemon in (one, two):
                daemon.wait_for(lambda scrape: scrape.sum("mailsonde_probes_total", outcome="ok"), 30, "an ok")
            self.assertEqual(one.process.stop(), 0)
            self.assertEqual(two.get("/-/healthy")[0], 200)


def _all_distinct(choices, taken=frozenset()):
    """Whether one target can be picked from each set so that no two are the same."""
    if not choices:
        return True
    return any(_all_distinct(choices[1:], taken | {target}) for target in choices[0] - taken)


if __name__ == "__main__":
    unittest.main()
