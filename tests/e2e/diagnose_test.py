# SPDX-License-Identifier: Apache-2.0
"""Whose fault it is: the daemon's own verdict about a resolver and an MX host that are down, and up again."""

import unittest

from parts import knot, mailsonde, ports, postfix, tempdirs

# A loopback address on which nothing listens.
_DEAD = "127.0.0.99"

_ZONES = {
    "two.test": "@ MX 10 mx1\n@ MX 20 mx2\nmx1 A %s\nmx2 A 127.0.0.1\n" % _DEAD,
    "a.test": "@ MX 10 mx\nmx A 127.0.0.1\n",
    "b.test": "@ MX 10 mx\nmx A 127.0.0.1\n",
    "c.test": "@ MX 10 mx\nmx A 127.0.0.1\n",
}

_CONFIG = """
[prober]
helo = "probe.client.test"
[resolver]
servers = ["{silent}", "{answering}"]
allow_private_addresses = true
"""

_DESTINATION = """
[[destinations]]
domain = "{domain}"
port = {port}
interval = "1s"
"""


def _suspects(scrape):
    return sorted((sample.labels["scope"], sample.labels["subject"])
                  for sample in scrape.select("mailsonde_fault_suspected") if sample.value == 1)


class DiagnoseTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())
        port = ports.free_port()
        self.enterContext(postfix.Postfix(self.folder / "postfix", [postfix.Listener(port)]))
        self.knot = self.enterContext(knot.Knot(self.folder / "knot", ports.free_port(), _ZONES))
        self.silent_port = ports.free_port()
        self.silent = "127.0.0.1:%d" % self.silent_port
        config = _CONFIG.format(silent=self.silent, answering=self.knot.address)
        config += "".join(_DESTINATION.format(domain=domain, port=port) for domain in _ZONES)
        self.daemon = self.enterContext(mailsonde.Daemon(self.folder / "mailsonde", config, flags=["--threads=2"]))

    def _wait_for_suspects(self, *suspects, seconds):
        return self.daemon.wait_for(lambda scrape: _suspects(scrape) == sorted(suspects), seconds,
                                    "suspected are %s" % (suspects,))

    def test_what_is_down_is_suspected_until_it_is_up(self):
        resolver = ("resolver", self.silent)
        host = ("mx_host", "mx1.two.test")

        before = self.daemon.scrape()
        self.assertEqual(_suspects(before), [])
        for scope, subject in (resolver, ("resolver", self.knot.address), ("egress", "network"),
                               ("ip_family", "ipv6"), ("source", "default"), ("prober", "all")):
            self.assertEqual(before.value("mailsonde_fault_suspected", scope=scope, subject=subject), 0)

        # A verdict comes every 15 s, a host wants four failures.
        self._wait_for_suspects(resolver, host, seconds=50)
        self._assert_told("fault suspected", *resolver, "look-ups got no answer")
        self._assert_told("fault suspected", *host, "connection_refused")

        self.knot.replace("two.test", "mx1", "A", "127.0.0.1")
        # The address lives 5 s in the cache; the resolver is asked once more within 30 s, and answers.
        with knot.Knot(self.folder / "second", self.silent_port, _ZONES | {
                "two.test": _ZONES["two.test"].replace(_DEAD, "127.0.0.1")}):
            after = self._wait_for_suspects(seconds=80)
            self.assertEqual(after.value("mailsonde_fault_suspected", scope="resolver", subject=self.silent), 0)
            self.assertEqual(after.value("mailsonde_fault_suspected", scope="mx_host", subject="mx1.two.test"), 0)
        self._assert_told("fault no longer suspected", *resolver, "")
        self._assert_told("fault no longer suspected", *host, "")

    def _assert_told(self, event, scope, subject, evidence):
        told = [line for line in self.daemon.log().splitlines()
                if 'msg="%s"' % event in line and "scope=%s" % scope in line and subject in line]
        self.assertEqual(len(told), 1, self.daemon.log())
        self.assertIn(evidence, told[0])


if __name__ == "__main__":
    unittest.main()
