# SPDX-License-Identifier: Apache-2.0
"""Refusals of a real Postfix: what /metrics counts is what the server's own log says it refused."""

import unittest

from parts import mailsonde, policy, ports, postfix, tempdirs

# What the server answers to RCPT: reply, code, enhanced code, the outcome it stands for.
REFUSALS = {
    "overloaded": ("451 4.3.2 Please try again later", "451", "4.3.2", "server_overloaded"),
    "greylisting": ("451 4.7.1 Greylisted for 10 seconds", "451", "4.7.1", "greylisted"),
    "timing-out": ("421 4.4.2 Error: timeout exceeded", "421", "4.4.2", "remote_timeout"),
    "unknown-user": ("550 5.1.1 User unknown", "550", "5.1.1", "mailbox_unavailable"),
}

_CONFIG = """
[prober]
helo = "probe.client.test"
[modules.rcpt]
depth = "rcpt"
mail_from = "probe@client.test"
"""

_RELAY = """
[[relays]]
name = "{name}"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "{name}@example.test"
"""


class RepliesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        cls.policies, listeners, config = {}, [], _CONFIG
        for name in REFUSALS:
            port, policy_port = ports.free_port(), ports.free_port()
            cls.policies[name] = cls.enterClassContext(policy.PolicyServer(folder / name, policy_port))
            asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % policy_port}
            listeners.append(postfix.Listener(port, options=asks))
            config += _RELAY.format(name=name, port=port)
        cls.postfix = cls.enterClassContext(postfix.Postfix(folder / "postfix", listeners))
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", config))

    def test_outcomes_and_counts_are_what_the_server_logged(self):
        for name in REFUSALS:
            self.daemon.wait_for_outcome(name, "ok")
        for name, (reply, _, _, _) in REFUSALS.items():
            self.policies[name].action = reply
        for name, (_, _, _, outcome) in REFUSALS.items():
            scrape = self.daemon.wait_for_outcome(name, outcome, count=3, seconds=40)
            self.assertEqual(scrape.value("mailsonde_probe_success", target=name), 0)
        final = self._after_the_refusals()
        for name, (_, code, enhanced_code, outcome) in REFUSALS.items():
            with self.subTest(name):
                self._compare(final, name, code, enhanced_code, outcome)

    def _after_the_refusals(self):
        """Lets everybody through again and waits until no refusal can be under way: both counts are final then."""
        for server in self.policies.values():
            server.action = "DUNNO"
        before = self.daemon.scrape()
        for name in REFUSALS:
            passed = before.sum("mailsonde_probes_total", target=name, outcome="ok")
            final = self.daemon.wait_for_outcome(name, "ok", count=passed + 2)
            self.assertEqual(final.value("mailsonde_probe_success", target=name), 1)
        return final

    def _compare(self, final, name, code, enhanced_code, outcome):
        logged = self.postfix.rejected("%s %s" % (code, enhanced_code))
        self.assertGreaterEqual(logged, 3)
        refusals = {key: count for key, count in final.replies(name).items() if key[1][0] in "45"}
        self.assertEqual(refusals, {("rcpt", code, enhanced_code, outcome): logged})
        outcomes = final.outcomes(name)
        self.assertEqual(set(outcomes), {"ok", outcome})
        self.assertEqual(outcomes[outcome], logged)
        self.assertEqual(final.sum("mailsonde_probe_failures_total", target=name), logged)
        self.assertEqual(
            final.value("mailsonde_probe_failures_total", target=name, stage="rcpt", outcome=outcome), logged)


class PerRecipientTest(unittest.TestCase):
    """One server that refuses some recipients, and `check` against it."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        port = ports.free_port()
        refusals = {"%s@example.test" % name: refusal[0] for name, refusal in REFUSALS.items()}
        cls.postfix = cls.enterClassContext(
            postfix.Postfix(folder / "postfix", [postfix.Listener(port)], postfix.reply_for_recipients(refusals)))
        cls.config = folder / "check.toml"
        relays = "".join(_RELAY.format(name=name, port=port) for name in [*REFUSALS, "welcome"])
        cls.config.write_text(_CONFIG + relays)

    def test_check_tells_reply_stage_and_advice(self):
        for name, (_, code, enhanced_code, outcome) in REFUSALS.items():
            with self.subTest(name):
                status, [report] = mailsonde.check("--config.file", self.config, name)
                self.assertEqual(status, 1)
                self.assertEqual((report["outcome"], report["stage"], report["success"]), (outcome, "rcpt", False))
                self.assertEqual(str(report["reply"]["code"]), code)
                self.assertEqual(report["reply"]["enhanced_code"], enhanced_code)
                self.assertTrue(report["advice"])
                self.assertTrue(report["dialogue"])
                self.assertAlmostEqual(sum(stage["seconds"] for stage in report["stages"]),
                                       report["duration_seconds"], places=6)

    def test_check_is_ok_when_the_recipient_is_accepted(self):
        status, [report] = mailsonde.check("--config.file", self.config, "welcome")
        self.assertEqual((status, report["outcome"], report["success"]), (0, "ok", True))

    def test_check_fails_when_one_of_several_targets_does(self):
        status, reports = mailsonde.check("--config.file", self.config, "welcome", "overloaded")
        self.assertEqual(status, 1)
        self.assertEqual([report["target"] for report in reports], ["welcome", "overloaded"])

    def test_explain_and_check_agree(self):
        _, [report] = mailsonde.check("--config.file", self.config, "overloaded")
        reply = " ".join([str(report["reply"]["code"]), report["reply"]["enhanced_code"], report["reply"]["text"]])
        done = mailsonde.run("explain", "--format=json", "--stage=rcpt", reply)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"outcome":"server_overloaded"', done.stdout.replace(" ", ""))


if __name__ == "__main__":
    unittest.main()
