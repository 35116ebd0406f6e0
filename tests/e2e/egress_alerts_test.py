# SPDX-License-Identifier: Apache-2.0
"""Port 25 is blocked on the way out, and somebody is paged once, however many destinations there are. In a network of
the test's own; the alerts as they are shipped, with all their windows divided by 12."""

import time
import unittest

from parts import knot, mailsonde, netns, outside, paging, ports, postfix, tempdirs

# The diagnosis takes its 15 s at any pace: so much faster that a verdict still comes well before 10 minutes are over.
_FASTER = 12
_FOR = 20  # seconds: `for` of MailsondeEgressBlocked, divided
_DIAGNOSIS = 30  # seconds: the turn that sees it, and the one before that came too early
_GROUP_WAIT = 2.5
_COUNT = 12
_HOSTS = {"d%d" % number: "198.51.100.%d" % number for number in range(1, _COUNT + 1)}


class EgressAlertsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        cls.network = cls.enterClassContext(netns.Network([*_HOSTS.values(), outside.RELAY]))
        with cls.network.world:
            listeners = [postfix.Listener(25, "0.0.0.0"), postfix.Listener(587, "0.0.0.0")]
            cls.enterClassContext(postfix.Postfix(folder / "postfix", listeners))
        # From here on everything is where the prober is, the tests too.
        cls.enterClassContext(cls.network.prober)
        zones = {name + ".test": "@ MX 10 mx\nmx A %s\n" % address for name, address in _HOSTS.items()}
        server = cls.enterClassContext(knot.Knot(folder / "knot", ports.free_port(), zones))
        config = outside.config(server.address, _HOSTS, "2s")
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", config))
        cls.paging = cls.enterClassContext(paging.Paging(folder / "paging", cls.daemon.listen_address, _FASTER))

    def _wait_for_successes(self, count, seconds):
        self.daemon.wait_for(lambda scrape: scrape.sum("mailsonde_probe_success", kind="destination") == count, seconds,
                             "%d destinations are reached" % count)

    def test_port_25_that_is_blocked_is_one_page_and_one_resolved_notice(self):
        self._wait_for_successes(_COUNT, 30)
        began = time.monotonic()
        self.network.world.drop("tcp dport 25")
        moment, alert = self.paging.wait_for("EgressBlocked", "firing", 70)
        after, limit = moment - began, _DIAGNOSIS + _FOR + _GROUP_WAIT + 5
        print("\nmeasured: port 25 blocked to the webhook: %.1f s of at most %g" % (after, limit), flush=True)
        self.assertLessEqual(after, limit)
        labels = alert["labels"]
        self.assertEqual({key: labels[key] for key in ("severity", "scope", "subject", "job")},
                         {"severity": "critical", "scope": "egress", "subject": "port_25", "job": "mailsonde"})
        self.assertNotIn("target", labels)
        self.assertEqual(alert["annotations"]["description"],
                         "Nearly no destination can be reached on port 25, while the network is up: a firewall or the "
                         "access provider blocks it.")
        self.assertTrue(alert["annotations"]["runbook_url"].endswith("MailsondeEgressBlocked.md"))

        self.paging.wait_for_silenced("DestinationUnreachable", 60, count=_COUNT)
        self.network.world.drop()
        self._wait_for_successes(_COUNT, 20)
        self.paging.wait_for("EgressBlocked", "resolved", 80)
        self.assertEqual(self.paging.heard(),
                         [("pager", "EgressBlocked", "firing"), ("pager", "EgressBlocked", "resolved")])


if __name__ == "__main__":
    unittest.main()
