# SPDX-License-Identifier: Apache-2.0
"""Whose fault it is when packets get lost between us and everybody: port 25 that is blocked on the way out, and IPv6
that leads nowhere. In a network of the test's own, with Postfix as the rest of the world."""

import time
import unittest

from parts import knot, mailsonde, netns, outside, ports, postfix, tempdirs

_PROVIDERS = ("alpha", "beta", "gamma")


def _hosts():
    """(provider, host, IPv4, IPv6): two MX hosts each."""
    for number, provider in enumerate(_PROVIDERS):
        for host in (1, 2):
            last = 10 * (number + 1) + host
            yield provider, "mx%d" % host, "198.51.100.%d" % last, "2001:db8:1::%d" % last


_ADDRESSES = [address for _, _, *both in _hosts() for address in both] + [outside.RELAY]


def _zones():
    zones = {name + ".test": "@ MX 10 mx1\n@ MX 20 mx2\n" for name in _PROVIDERS}
    for provider, host, ipv4, ipv6 in _hosts():
        zones[provider + ".test"] += "%s A %s\n%s AAAA %s\n" % (host, ipv4, host, ipv6)
    return zones


def suspects(scrape):
    return sorted((sample.labels["scope"], sample.labels["subject"])
                  for sample in scrape.select("mailsonde_fault_suspected") if sample.value == 1)


class NetworkFaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        cls.network = cls.enterClassContext(netns.Network(_ADDRESSES))
        listeners = [postfix.Listener(25, "0.0.0.0"), postfix.Listener(25, "::"), postfix.Listener(587, "0.0.0.0")]
        with cls.network.world:
            cls.enterClassContext(postfix.Postfix(folder / "postfix", listeners))
        # From here on the tests themselves are where the prober is, so that they can ask it for its metrics.
        cls.enterClassContext(cls.network.prober)
        server = cls.enterClassContext(knot.Knot(folder / "knot", ports.free_port(), _zones()))
        config = outside.config(server.address, _PROVIDERS, "1s")
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", config))

    def setUp(self):
        self.addCleanup(self.network.world.drop)
        self.network.world.drop()
        self.daemon.wait_for(
            lambda scrape: scrape.sum("mailsonde_endpoint_success") == len(_ADDRESSES) and not suspects(scrape), 60,
            "every host is reached over both families, and the relay; nothing is suspected")

    def _wait_for_suspects(self, *wanted):
        """A verdict comes every 15 s, over probes that are a few seconds old."""
        began = time.monotonic()
        scrape = self.daemon.wait_for(lambda scrape: suspects(scrape) == sorted(wanted), 45,
                                      "suspected are %s" % (wanted,))
        told = ", ".join("%s %s" % fault for fault in wanted) or "nothing"
        print("\nmeasured: after %.0f s suspected: %s" % (time.monotonic() - began, told), flush=True)
        return scrape

    def test_port_25_that_is_dropped_is_egress_and_nothing_else(self):
        self.network.world.drop("tcp dport 25")
        scrape = self._wait_for_suspects(("egress", "port_25"))
        self.assertEqual(scrape.value("mailsonde_probe_success", target="submission"), 1)
        self.assertEqual([scrape.value("mailsonde_probe_success", target=name + ".test") for name in _PROVIDERS],
                         [0, 0, 0])
        self.network.world.drop()
        self._wait_for_suspects()

    def test_ipv6_that_is_dropped_is_ip_family_and_nothing_else(self):
        self.network.world.drop("ip6 nexthdr tcp")
        scrape = self._wait_for_suspects(("ip_family", "ipv6"))
        self.assertEqual([scrape.value("mailsonde_probe_success", target=name + ".test") for name in _PROVIDERS],
                         [1, 1, 1])
        self.network.world.drop()
        self._wait_for_suspects()

    def test_ipv6_whose_route_is_a_black_hole_is_ip_family_and_nothing_else(self):
        hole = ("blackhole", "2001:db8:1::/64")
        self.network.prober.run("ip", "-6", "route", "add", *hole)
        try:
            self._wait_for_suspects(("ip_family", "ipv6"))
        finally:
            self.network.prober.run("ip", "-6", "route", "delete", *hole)
        self._wait_for_suspects()


if __name__ == "__main__":
    unittest.main()
