# SPDX-License-Identifier: Apache-2.0
"""Sources whose HELO names and PTR records a real name server holds, right and wrong. They need addresses that are not
private: the module runs in a network namespace of its own, with documentation addresses on its loopback."""

import ctypes
import os
import re
import shutil
import subprocess
import unittest

from parts import knot, mailsonde, ports, postfix, tempdirs

_CLONE_NEWNET = 0x40000000

_GOOD, _ELSEWHERE, _NAMELESS, _DARK = "192.0.2.10", "192.0.2.20", "192.0.2.30", "203.0.113.40"
_RECIPIENT = "canary@example.test"

# 192.0.2.10 is delegated as RFC 2317 does it.
_ZONES = {
    "example.test": "@ MX 10 mx\nmx A 127.0.0.1\n",
    "client.test": "good A {good}\nelsewhere A 192.0.2.99\nnameless A {nameless}\ndark A {dark}\n"
                   .format(good=_GOOD, nameless=_NAMELESS, dark=_DARK),
    "2.0.192.in-addr.arpa": "10 CNAME 10.0-15\n10.0-15 PTR good.client.test.\n20 PTR elsewhere.client.test.\n",
    "113.0.203.in-addr.arpa": "40 PTR dark.client.test.\n",
}

_CONFIG = """
[prober]
helo = "probe.client.test"
[resolver]
servers = ["{resolver}"]
allow_private_addresses = true
timeout = "2s"
[politeness]
per_provider_rate = "none"
per_mx_concurrency = 10
backoff_on = []
require_identity = "{required}"
[modules.recipient]
depth = "rcpt"
tls = "none"
[modules.greeting]
depth = "ehlo"
tls = "none"
"""

_SOURCE = """
[[sources]]
name = "{name}"
ipv4 = "{address}"
helo = "{name}.client.test"
"""

_TARGETS = """
[[destinations]]
name = "envelope"
domain = "example.test"
port = {port}
interval = "1s"
module = "recipient"
rcpt_to = "{recipient}"
sources = {sources}
[[destinations]]
name = "greeting"
domain = "example.test"
port = {port}
interval = "1s"
module = "greeting"
sources = {sources}
[[relays]]
name = "relay"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "recipient"
rcpt_to = "{recipient}"
sources = {sources}
"""

_SOURCES = {"good": _GOOD, "elsewhere": _ELSEWHERE, "nameless": _NAMELESS, "dark": _DARK}
_BAD = ("elsewhere", "nameless")


def setUpModule():
    if os.geteuid() != 0:
        raise unittest.SkipTest("a network namespace needs root")
    if not shutil.which("ip"):
        raise unittest.SkipTest("there is no command `ip`")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        raise unittest.SkipTest("no network namespace: " + os.strerror(ctypes.get_errno()))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)
    for address in _SOURCES.values():
        subprocess.run(["ip", "address", "add", address + "/32", "dev", "lo"], check=True, timeout=10)


def outcomes(scrape, target, source):
    return {sample.labels["outcome"]: sample.value
            for sample in scrape.select("mailsonde_probes_total", target=target, source=source) if sample.value}


def held_back(scrape, target, source):
    return scrape.value("mailsonde_probes_suppressed_total", target=target, source=source, reason="identity")


class IdentityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempdirs.private_folder())
        cls.port = ports.free_port()
        cls.postfix = cls.enterClassContext(postfix.Postfix(cls.folder / "postfix", [postfix.Listener(cls.port)]))
        cls.knot = cls.enterClassContext(knot.Knot(cls.folder / "knot", ports.free_port(), _ZONES))
        cls.knot.break_zone("113.0.203.in-addr.arpa")

    def config(self, required):
        sources = ", ".join('"%s"' % name for name in _SOURCES)
        return (_CONFIG.format(resolver=self.knot.address, required=required) +
                "".join(_SOURCE.format(name=name, address=address) for name, address in _SOURCES.items()) +
                _TARGETS.format(port=self.port, recipient=_RECIPIENT, sources="[%s]" % sources))

    def daemon(self, required):
        return self.enterContext(mailsonde.Daemon(self.folder / self.id(), self.config(required)))

    def wait_for_probes(self, daemon, *pairs):
        return daemon.wait_for(lambda scrape: all(outcomes(scrape, *pair) for pair in pairs), 20,
                               "probes of %s" % (pairs,))

    def check_values(self, scrape):
        return {(sample.labels["check"], sample.labels["subject"]): sample.value
                for sample in scrape.select("mailsonde_identity_check_ok")}

    def test_a_source_that_is_not_confirmed_does_not_go_to_mail_at_destinations(self):
        daemon = self.daemon("envelope")
        scrape = daemon.wait_for(lambda scrape: all((held_back(scrape, "envelope", bad) or 0) >= 2 for bad in _BAD), 20,
                                 "turns from unconfirmed sources are left out")
        self.assertEqual(self.check_values(scrape), {
            ("helo", "good"): 1, ("ptr", "good"): 1, ("helo", "elsewhere"): 0, ("ptr", "elsewhere"): 0,
            ("helo", "nameless"): 1, ("ptr", "nameless"): 0, ("helo", "dark"): 1})
        scrape = self.wait_for_probes(daemon, ("envelope", "good"), ("envelope", "dark"),
                                      *((target, bad) for target in ("greeting", "relay") for bad in _BAD))
        for bad in _BAD:
            self.assertEqual(outcomes(scrape, "envelope", bad), {})
            self.assertIsNone(scrape.value("mailsonde_probe_success", target="envelope", source=bad))
            self.assertEqual(scrape.value("mailsonde_probe_success", target="greeting", source=bad), 1)
            self.assertEqual(held_back(scrape, "relay", bad), 0)
        self.assertEqual(outcomes(scrape, "envelope", "good").keys(), {"ok"})
        self.assertEqual(held_back(scrape, "envelope", "good"), 0)
        lines = [line for line in daemon.log().splitlines() if "identity check" in line]
        self.assertEqual(len(lines), 8, lines)
        self.assertTrue(any("level=warn" in line and "source=nameless" in line and "check=ptr" in line and
                            "192.0.2.30 has no PTR record" in line for line in lines), lines)

    def test_with_always_no_destination_is_dialled_from_such_a_source(self):
        daemon = self.daemon("always")
        scrape = daemon.wait_for(
            lambda scrape: all((held_back(scrape, target, bad) or 0) >= 2 for target in ("envelope", "greeting")
                               for bad in _BAD), 20, "no destination is dialled from unconfirmed sources")
        for bad in _BAD:
            for target in ("envelope", "greeting"):
                self.assertEqual(outcomes(scrape, target, bad), {})
        self.wait_for_probes(daemon, ("greeting", "good"), ("relay", "nameless"))

    def test_never_only_reports_and_a_reload_changes_what_follows(self):
        daemon = self.daemon("never")
        scrape = self.wait_for_probes(daemon, *(("envelope", source) for source in _SOURCES))
        self.assertEqual(scrape.value("mailsonde_identity_check_ok", check="ptr", subject="nameless"), 0)
        self.assertEqual(scrape.sum("mailsonde_probes_suppressed_total", reason="identity"), 0)
        daemon.configure(self.config("envelope"))
        daemon.hang_up()
        daemon.wait_for(lambda scrape: held_back(scrape, "envelope", "nameless"), 10, "probes are left out now")

    def test_a_source_is_confirmed_again_once_its_names_are_right(self):
        self.addCleanup(self.knot.replace, "2.0.192.in-addr.arpa", "30", "PTR")
        daemon = self.daemon("envelope")
        daemon.wait_for(lambda scrape: held_back(scrape, "envelope", "nameless"), 20, "it is held back")
        self.knot.replace("2.0.192.in-addr.arpa", "30", "PTR", "nameless.client.test.")
        daemon.hang_up()
        scrape = self.wait_for_probes(daemon, ("envelope", "nameless"))
        self.assertEqual(scrape.value("mailsonde_identity_check_ok", check="ptr", subject="nameless"), 1)
        self.assertTrue(re.search("identity check.*source=nameless.*verdict=ok", daemon.log()))

    def test_check_says_what_receivers_find_out(self):
        file = self.folder / "check.toml"
        file.write_text(self.config("envelope"))
        done = mailsonde.run("check", "--config.file", file, "greeting")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line for line in done.stdout.splitlines() if line.startswith("identity of source")]
        self.assertEqual(len(lines), 4, lines)
        self.assertEqual(lines[0], "identity of source good (192.0.2.10): HELO ok, good.client.test resolves to "
                                   "192.0.2.10; PTR ok, 192.0.2.10 leads to good.client.test and back")
        self.assertIn("elsewhere.client.test resolves to 192.0.2.99, not to 192.0.2.20", lines[1])
        self.assertIn("PTR unknown, the look-up of 203.0.113.40 PTR failed: SERVFAIL", lines[3])

    def test_check_of_the_systems_choice_without_a_way_out(self):
        file = self.folder / "check-default.toml"
        file.write_text(self.config("envelope"))
        done = mailsonde.run("check", "--config.file", file, "--source=default", "greeting")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("identity of source default: unknown, no way out to the Internet", done.stdout)


if __name__ == "__main__":
    unittest.main()
