# SPDX-License-Identifier: Apache-2.0
"""One Postfix, probed from several local addresses that it treats differently."""

import re
import unittest

from parts import mailsonde, ports, postfix, tempdirs

_BLOCKED = "554 5.7.1 Service unavailable; Client host [127.0.0.3] blocked using zen.spamhaus.org"

_CONFIG = """
[prober]
helo = "probe.client.test"
[modules.recipient]
depth = "rcpt"
tls = "none"

[[sources]]
name = "pool-a"
ipv4 = "127.0.0.2"
helo = "out-a.client.test"
[[sources]]
name = "pool-b"
ipv4 = "127.0.0.3"
helo = "out-b.client.test"
[[sources]]
name = "gone"
ipv4 = "192.0.2.1"
[[sources]]
name = "six"
ipv6 = "::1"
"""

_RELAY = """
[[relays]]
name = "{name}"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "recipient"
rcpt_to = "canary@example.test"
{sources}
"""


def relay(name, port, *sources):
    words = ", ".join('"%s"' % source for source in sources)
    return _RELAY.format(name=name, port=port, sources="sources = [%s]" % words if words else "")


def outcomes(scrape, source, target="pools"):
    return {sample.labels["outcome"]: sample.value
            for sample in scrape.select("mailsonde_probes_total", target=target, source=source) if sample.value}


class SourcesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempdirs.private_folder())
        cls.port = ports.free_port()
        listeners = [postfix.Listener(cls.port), postfix.Listener(cls.port, "::1")]
        heard = ", ".join("{ %s = WARN heard }" % name for name in ("out-a.client.test", "probe.client.test"))
        cls.postfix = cls.enterClassContext(postfix.Postfix(cls.folder / "postfix", listeners, {
            "smtpd_client_restrictions": "check_client_access inline:{ { 127.0.0.3 = %s } }" % _BLOCKED,
            "smtpd_helo_restrictions": "check_helo_access inline:{ %s }" % heard,
        }))
        config = (_CONFIG + relay("pools", cls.port, "pool-a", "pool-b") + relay("plain", cls.port) +
                  relay("absent", cls.port, "pool-a", "gone", "six") +
                  relay("dual", cls.port, "pool-a", "six").replace("127.0.0.1", "localhost"))
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(cls.folder / "mailsonde", config))

    def wait_for_sources(self, target, *sources):
        return self.daemon.wait_for(
            lambda scrape: all(outcomes(scrape, source, target) for source in sources), 20,
            "%s is probed from %s" % (target, ", ".join(sources)))

    def test_each_source_has_its_own_answer(self):
        scrape = self.wait_for_sources("pools", "pool-a", "pool-b")
        self.assertEqual(list(outcomes(scrape, "pool-a")), ["ok"])
        self.assertEqual(list(outcomes(scrape, "pool-b")), ["blocklisted"])
        self.assertEqual(scrape.value("mailsonde_probe_success", target="pools", source="pool-a"), 1)
        self.assertEqual(scrape.value("mailsonde_probe_success", target="pools", source="pool-b"), 0)
        self.assertGreater(scrape.sum("mailsonde_smtp_replies_total", target="pools", source="pool-b", code="554"), 0)
        self.assertEqual({sample.labels["source"] for sample in scrape.samples
                          if sample.labels.get("target") == "pools"}, {"pool-a", "pool-b"})
        self.assertEqual(scrape.value("mailsonde_targets", kind="relay"), 4)

    def test_the_server_sees_each_address_with_its_helo_name(self):
        self.wait_for_sources("pools", "pool-a", "pool-b")
        self.wait_for_sources("plain", "default")
        self.wait_for_sources("dual", "six")
        pairs = set(re.findall(r"NOQUEUE: \w+: RCPT from \S*\[(\S+)\]: .* helo=<(\S+)>", self.postfix.maillog()))
        self.assertEqual(pairs, {("127.0.0.2", "out-a.client.test"), ("127.0.0.3", "out-b.client.test"),
                                 ("127.0.0.1", "probe.client.test"), ("::1", "probe.client.test")})

    def test_an_address_that_is_missing_is_no_failure_of_the_target(self):
        scrape = self.daemon.wait_for(
            lambda scrape: scrape.sum("mailsonde_probes_suppressed_total", target="absent", source="gone",
                                      reason="resources") >= 3 and outcomes(scrape, "pool-a", "absent"),
            20, "probes from the missing address are counted as suppressed")
        self.assertEqual(outcomes(scrape, "gone", "absent"), {})
        self.assertEqual(list(outcomes(scrape, "pool-a", "absent")), ["ok"])
        self.assertIsNone(scrape.value("mailsonde_probe_success", target="absent", source="gone"))
        lines = [line for line in self.daemon.log().splitlines() if "source missing" in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("192.0.2.1 is not an address of this host", lines[0])

    def test_a_family_without_an_address_is_not_probed(self):
        scrape = self.wait_for_sources("absent", "pool-a")
        self.assertEqual(scrape.sum("mailsonde_probes_total", target="absent", source="six"), 0)
        self.assertEqual(scrape.sum("mailsonde_probes_suppressed_total", target="absent", source="six"), 0)
        self.assertIsNone(scrape.value("mailsonde_probe_success", target="absent", source="six"))

    def test_each_source_dials_the_families_that_it_has(self):
        scrape = self.wait_for_sources("dual", "pool-a", "six")
        endpoints = {(sample.labels["source"], sample.labels["family"], sample.value)
                     for sample in scrape.select("mailsonde_endpoint_success", target="dual")}
        self.assertEqual(endpoints, {("pool-a", "ipv4", 1), ("six", "ipv6", 1)})

    def test_check_probes_from_every_source_of_the_target_or_from_one(self):
        status, reports = mailsonde.check("--config.file", self.daemon.config_file, "pools")
        self.assertEqual(status, 1)
        self.assertEqual([(report["source"], report["outcome"]) for report in reports],
                         [("pool-a", "ok"), ("pool-b", "blocklisted")])
        status, [report] = mailsonde.check("--config.file", self.daemon.config_file, "--source=pool-a", "plain")
        self.assertEqual((status, report["source"], report["outcome"]), (0, "pool-a", "ok"))

    def test_check_tells_a_source_that_is_missing_and_one_that_is_unknown(self):
        done = mailsonde.run("check", "--config.file", self.daemon.config_file, "--source=gone", "plain")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not probed, source gone: 192.0.2.1 is not an address of this host", done.stdout)
        done = mailsonde.run("check", "--config.file", self.daemon.config_file, "--source=pool-c", "plain")
        self.assertEqual(done.returncode, 2)
        self.assertIn("pool-a, pool-b, gone, six, default", done.stderr)
        done = mailsonde.run("check", "--config.file", self.daemon.config_file, "--source=six", "plain")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("source six has no address", done.stderr)


class ReloadTest(unittest.TestCase):
    def test_a_source_that_a_reload_takes_away_ends_with_its_series_and_the_other_keeps_counting(self):
        with tempdirs.private_folder() as folder:
            port = ports.free_port()
            with mailsonde.Daemon(folder, _CONFIG + relay("r", port, "pool-a", "pool-b")) as daemon:
                before = daemon.wait_for(
                    lambda scrape: outcomes(scrape, "pool-a", "r") and outcomes(scrape, "pool-b", "r"), 20,
                    "both sources probe")
                daemon.configure(_CONFIG + relay("r", port, "pool-a"))
                daemon.hang_up()
                after = daemon.wait_for(lambda scrape: not scrape.select("mailsonde_probes_total", source="pool-b"), 10,
                                        "the series of pool-b are gone")
                self.assertGreaterEqual(outcomes(after, "pool-a", "r")["connection_refused"],
                                        outcomes(before, "pool-a", "r")["connection_refused"])


if __name__ == "__main__":
    unittest.main()
