# SPDX-License-Identifier: Apache-2.0
"""Destinations whose MX records a real name server answers for, and SMTP servers on both address families."""

import unittest

from parts import knot, mailsonde, ports, postfix, tempdirs

# A loopback address on which nothing listens.
_DEAD = "127.0.0.99"

_ZONES = {
    "both.test": "@ MX 10 mx1\n@ MX 20 mx2\nmx1 A 127.0.0.1\nmx2 AAAA ::1\n",
    "dual.test": "@ MX 10 mx\nmx A 127.0.0.1\nmx AAAA ::1\n",
    "dead.test": "@ MX 10 dead\n@ MX 20 alive\ndead A %s\nalive A 127.0.0.1\n" % _DEAD,
    "null.test": "@ MX 0 .\n",
    "implicit.test": "@ A 127.0.0.1\n",
    "nothing.test": "@ MX 10 mx.nothing.test.\n",
    "alias.test": "@ MX 10 mx\nmx CNAME mx.dual.test.\n",
    "breaking.test": "@ MX 10 mx\nmx A 127.0.0.1\n",
    "changing.test": "@ MX 10 mx1\nmx1 A 127.0.0.1\nmx2 A 127.0.0.1\n",
    "moving.test": "@ MX 10 mx\nmx A %s\n" % _DEAD,
}
_MISSING = "missing.null.test"

_CONFIG = """
[prober]
helo = "probe.client.test"
[resolver]
servers = ["{resolver}"]
allow_private_addresses = {private}
"""

_DESTINATION = """
[[destinations]]
domain = "{domain}"
port = {port}
interval = "1s"
"""


class DnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        cls.port = ports.free_port()
        listeners = [postfix.Listener(cls.port), postfix.Listener(cls.port, "::1")]
        cls.enterClassContext(postfix.Postfix(folder / "postfix", listeners))
        cls.knot = cls.enterClassContext(knot.Knot(folder / "knot", ports.free_port(), _ZONES))
        cls.folder = folder
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", cls._config("true")))

    @classmethod
    def _config(cls, private, domains=(*_ZONES, _MISSING)):
        return _CONFIG.format(resolver=cls.knot.address, private=private) + "".join(
            _DESTINATION.format(domain=domain, port=cls.port) for domain in domains)

    def test_every_mx_is_probed_over_its_family(self):
        scrape = self.daemon.wait_for(lambda scrape: len(scrape.select("mailsonde_endpoint_success",
                                                                       target="both.test")) == 2,
                                      15, "two endpoints of both.test")
        self.assertEqual(scrape.value("mailsonde_endpoint_success", target="both.test", mx="mx1.both.test",
                                      family="ipv4"), 1)
        self.assertEqual(scrape.value("mailsonde_endpoint_success", target="both.test", mx="mx2.both.test",
                                      family="ipv6"), 1)
        self.assertEqual(scrape.value("mailsonde_mx_hosts", target="both.test"), 2)
        self.assertEqual(scrape.value("mailsonde_mx_addresses", target="both.test"), 2)
        self.assertEqual(list(scrape.outcomes("both.test")), ["ok"])

    def test_both_families_of_one_host_are_endpoints(self):
        scrape = self.daemon.wait_for(lambda scrape: len(scrape.select("mailsonde_endpoint_success",
                                                                       target="dual.test")) == 2,
                                      15, "two endpoints of dual.test")
        families = {sample.labels["family"]: sample.value
                    for sample in scrape.select("mailsonde_endpoint_success", target="dual.test")}
        self.assertEqual(families, {"ipv4": 1, "ipv6": 1})

    def test_a_dead_mx_is_told_and_the_destination_still_works(self):
        self.daemon.wait_for_outcome("dead.test", "connection_refused")
        scrape = self.daemon.wait_for_outcome("dead.test", "ok")
        self.assertEqual(scrape.value("mailsonde_endpoint_success", target="dead.test", mx="dead.dead.test"), 0)
        self.assertEqual(scrape.value("mailsonde_endpoint_success", target="dead.test", mx="alive.dead.test"), 1)
        self.assertEqual(scrape.value("mailsonde_probe_success", target="dead.test"), 1)

    def test_nowhere_to_deliver_is_dns_no_route(self):
        for domain in ("null.test", "nothing.test", _MISSING):
            with self.subTest(domain):
                scrape = self.daemon.wait_for_outcome(domain, "dns_no_route")
                self.assertEqual(list(scrape.outcomes(domain)), ["dns_no_route"])
                self.assertEqual(scrape.value("mailsonde_probe_success", target=domain), 0)
                self.assertGreater(scrape.sum("mailsonde_probe_failures_total", target=domain, stage="dns",
                                              outcome="dns_no_route"), 0)
        self.assertGreater(self._lookups("NXDOMAIN"), 0)

    def _lookups(self, rcode):
        return sum(sample.value for sample in self.daemon.scrape().select("mailsonde_dns_lookups_total",
                                                                         server=self.knot.address)
                   if sample.labels["rcode"].upper() == rcode)

    def test_a_domain_without_mx_is_its_own_host(self):
        scrape = self.daemon.wait_for_outcome("implicit.test", "ok")
        self.assertEqual(scrape.value("mailsonde_endpoint_success", target="implicit.test", mx="implicit.test"), 1)

    def test_an_mx_that_is_an_alias_is_followed(self):
        self.daemon.wait_for_outcome("alias.test", "ok")

    def test_servfail_is_dns_temporary(self):
        self.daemon.wait_for_outcome("breaking.test", "ok")
        self.knot.break_zone("breaking.test")
        # The records live 5 s in the cache.
        scrape = self.daemon.wait_for_outcome("breaking.test", "dns_temporary", seconds=30)
        self.assertGreater(scrape.sum("mailsonde_probe_failures_total", target="breaking.test", stage="dns",
                                      outcome="dns_temporary"), 0)
        self.assertGreater(self._lookups("SERVFAIL"), 0)

    def test_a_changed_mx_set_is_followed_and_counted(self):
        before = self.daemon.wait_for_outcome("changing.test", "ok")
        self.assertEqual(before.value("mailsonde_mx_changes_total", target="changing.test"), 0)
        self.knot.replace("changing.test", "@", "MX", "10 mx2.changing.test.")
        scrape = self.daemon.wait_for(
            lambda scrape: scrape.value("mailsonde_endpoint_success", target="changing.test", mx="mx2.changing.test"),
            30, "mx2.changing.test is probed")
        self.assertEqual(scrape.value("mailsonde_mx_changes_total", target="changing.test"), 1)
        self.daemon.wait_for(
            lambda scrape: not scrape.select("mailsonde_endpoint_success", target="changing.test",
                                             mx="mx1.changing.test"),
            15, "the series of the host that is gone end")

    def test_a_new_address_is_followed(self):
        self.daemon.wait_for_outcome("moving.test", "connection_refused")
        self.knot.replace("moving.test", "mx", "A", "127.0.0.1")
        self.daemon.wait_for_outcome("moving.test", "ok", seconds=30)

    def test_private_addresses_are_not_dialled_unless_allowed(self):
        config = self.folder / "public.toml"
        config.write_text(self._config("false", ["both.test"]))
        status, reports = mailsonde.check("--config.file", config, "both.test")
        self.assertEqual(status, 1)
        self.assertTrue(reports)
        for report in reports:
            self.assertEqual((report["outcome"], report["stage"]), ("dns_no_route", "dns"))

    def test_check_takes_a_resolver_and_names_every_mx(self):
        config = self.folder / "private.toml"
        config.write_text(self._config("true", ["both.test"]).replace(self.knot.address, "127.0.0.1:1"))
        status, reports = mailsonde.check("--config.file", config, "--resolver", self.knot.address, "both.test")
        self.assertEqual(status, 0)
        self.assertEqual([(report["mx"], report["family"], report["outcome"]) for report in reports],
                         [("mx1.both.test", "ipv4", "ok"), ("mx2.both.test", "ipv6", "ok")])


class DeadResolverTest(unittest.TestCase):
    def test_a_resolver_that_does_not_listen_is_dns_temporary(self):
        with tempdirs.private_folder() as folder:
            config = folder / "check.toml"
            config.write_text(_CONFIG.format(resolver="127.0.0.1:%d" % ports.free_port(), private="true"))
            status, [report] = mailsonde.check("--config.file", config, "both.test")
            self.assertEqual((status, report["outcome"], report["stage"]), (1, "dns_temporary", "dns"))


if __name__ == "__main__":
    unittest.main()
