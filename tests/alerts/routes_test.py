# SPDX-License-Identifier: Apache-2.0
"""The example for Alertmanager: who hears of what, and that one fault is one page."""

import re
import subprocess
import unittest

import rulefiles
import yaml

from parts import alertmanager, ports, processes, tempdirs

_HERE = {"job": "mailsonde", "instance": "probe-1:10451"}


def alert(name, severity, **labels):
    return dict(_HERE, alertname="Mailsonde" + name, severity=severity, **labels)


def of_target(name, severity, target, **labels):
    return alert(name, severity, target=target, **dict({"kind": "destination", "provider": "other"}, **labels))


# One fault each: what fires, the page first.
FAULTS = {
    "port 25 is closed": [alert("EgressBlocked", "critical", scope="egress", subject="port_25")] +
        [of_target("DestinationUnreachable", "warning", "d%d.example" % number) for number in range(40)] +
        [alert("SourceUnusable", "critical", source="pool-a"), alert("ProviderFailing", "critical", provider="google"),
         alert("AddressFamilyBroken", "warning", subject="ipv6")],
    "the network is down": [alert("EgressBlocked", "critical", scope="egress", subject="network"),
        of_target("RelayDown", "critical", "out-1", kind="relay"), alert("DnsDown", "critical", scope="resolver"),
        alert("ResolverFailing", "warning", scope="resolver", subject="127.0.0.1:53")],
    "no resolver answers": [alert("DnsDown", "critical", scope="resolver"),
        alert("ResolverFailing", "warning", scope="resolver", subject="127.0.0.1:53")] +
        [of_target("DestinationUnreachable", "warning", "d%d.example" % number) for number in range(40)],
    "a provider fails": [alert("ProviderFailing", "critical", scope="provider", subject="google", provider="google")] +
        [of_target(name, severity, "g%d.example" % number, provider="google", source="default") for number in range(10)
         for name, severity in (("TemporaryFailuresRising", "critical"), ("DestinationUnreachable", "warning"))],
    "451 everywhere": [alert("451Rising", "critical", source="default")] +
        [of_target(name, severity, "d%d.example" % number, source="default", code="451") for number in range(5)
         for name, severity in (("TemporaryFailuresRising", "critical"), ("ServerOverloaded", "warning"))],
    "a relay answers 451": [of_target("TemporaryFailuresRising", "critical", "out-1", kind="relay", source="default",
                                      code="451"),
        of_target("RelayDown", "critical", "out-1", kind="relay"),
        of_target("RelayErrorBudgetBurn", "critical", "out-1", kind="relay", long="1h", short="5m")],
    "a relay refuses the password": [of_target("RelayAuthFailing", "critical", "out-1", kind="relay"),
        of_target("RelayDown", "critical", "out-1", kind="relay"),
        of_target("RelayErrorBudgetBurn", "critical", "out-1", kind="relay", long="1h", short="5m")],
    "a relay's certificate has expired": [
        of_target("RelayCertificateExpired", "critical", "out-1", kind="relay", mx="relay1.example"),
        of_target("RelayDown", "critical", "out-1", kind="relay")],
    "an address is on a blocklist": [alert("SourceBlocklisted", "critical", provider="yahoo", source="pool-a"),
        alert("SourceUnusable", "critical", scope="source", subject="pool-a", source="pool-a"),
        alert("ReputationFalling", "warning", provider="yahoo", source="pool-a"),
        of_target("TemporaryFailuresRising", "critical", "y.example", source="pool-a", provider="yahoo", code="421")],
    "a PTR record is wrong": [alert("IdentityUnconfirmed", "warning", check="ptr", source="pool-a", subject="pool-a"),
        of_target("TargetStale", "warning", "d1.example", source="pool-a")],
    "a domain is gone": [of_target("MxGone", "warning", "gone.example"),
        of_target("DestinationUnreachable", "warning", "gone.example"), of_target("MxChanged", "info", "gone.example")],
}
# Another fault at the same time: nothing of the above silences it.
APART = [of_target("TemporaryFailuresRising", "critical", "apart.example", provider="apart", source="apart",
                   code="452"),
         of_target("RelayAuthFailing", "critical", "apart", kind="relay", provider="apart"),
         alert("SourceBlocklisted", "critical", provider="apart", source="elsewhere")]


class RoutesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.config = rulefiles.load(rulefiles.ALERTMANAGER)

    def test_amtool_accepts_the_configuration(self):
        done = subprocess.run(["amtool", "check-config", rulefiles.ALERTMANAGER], capture_output=True, text=True,
                              timeout=30)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_severity_goes_to_its_receiver(self):
        for severity, receiver in (("critical", "pager"), ("warning", "tickets"), ("info", "context")):
            arguments = ["--config.file=%s" % rulefiles.ALERTMANAGER, "--verify.receivers=%s" % receiver,
                         "alertname=MailsondeAny", "severity=%s" % severity]
            done = subprocess.run(["amtool", "config", "routes", "test"] + arguments, capture_output=True, text=True,
                                  timeout=30)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_no_alert_is_silenced_by_one_of_less_severity(self):
        for rule in self.config["inhibit_rules"]:
            by, of = (self._ranks(rule[key]) for key in ("source_matchers", "target_matchers"))
            self.assertGreaterEqual(min(by), max(of), rule)

    def test_silencing_names_alerts_that_exist(self):
        names = rulefiles.alert_names()
        for rule in self.config["inhibit_rules"]:
            for matcher in rule["source_matchers"] + rule["target_matchers"]:
                label, pattern = re.fullmatch(r'(\w+)=~?"(.*)"', matcher).groups()
                if label != "alertname":
                    continue
                for part in re.split(r"\|(?![^(]*\))", pattern):
                    self.assertTrue(any(re.fullmatch(part, name) for name in names), part)

    @staticmethod
    def _ranks(matchers):
        """Of the severities of the alerts that these matchers fit."""
        found = dict(re.fullmatch(r'(\w+)=~?"(.*)"', text).groups() for text in matchers)
        return {rulefiles.RANK[rule["labels"]["severity"]]
                for rule in rulefiles.rules_of(rulefiles.load(rulefiles.ALERTS))
                if re.fullmatch(found["alertname"], rule["alert"])
                and found.get("severity") in (None, rule["labels"]["severity"])}


class SilenceTest(unittest.TestCase):
    def test_one_fault_is_one_page(self):
        for what, alerts in FAULTS.items():
            with self.subTest(what), tempdirs.private_folder() as folder:
                active = self._active(folder, alerts + APART)
                self.assertEqual(active, self._names(alerts[:1] + APART))

    def test_relay_that_is_stale_is_not_silenced_by_names_for_which_only_destinations_are_held_back(self):
        alerts = [alert("IdentityUnconfirmed", "warning", check="helo", source="pool-a", subject="pool-a"),
                  of_target("TargetStale", "warning", "out-1", kind="relay", source="pool-a")]
        with tempdirs.private_folder() as folder:
            self.assertEqual(self._active(folder, alerts), self._names(alerts))

    def _active(self, folder, alerts):
        config = yaml.safe_dump(dict(rulefiles.load(rulefiles.ALERTMANAGER), receivers=[
            {"name": name} for name in ("pager", "tickets", "context")]))
        with alertmanager.Alertmanager(folder, ports.free_port(), config) as server:
            server.post(alerts)
            processes.wait_until(lambda: self._is_settled(server, len(alerts)), 20, "all alerts are judged")
            return self._names(labels for labels, state, _ in server.alerts() if state == "active")

    @staticmethod
    def _is_settled(server, count):
        states = [state for _, state, _ in server.alerts()]
        return len(states) == count and "unprocessed" not in states

    @staticmethod
    def _names(alerts):
        return sorted((labels["alertname"], labels.get("target", "")) for labels in alerts)


if __name__ == "__main__":
    unittest.main()
