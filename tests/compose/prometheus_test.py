# SPDX-License-Identifier: Apache-2.0
"""Prometheus and Alertmanager of the stack: their own tools accept what they are given, and it leads to the others."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import stack
import yaml

_ALERTS = stack.ROOT / "deploy" / "prometheus" / "mailsonde.alerts.yml"


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, timeout=60)


class PrometheusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = stack.services()
        cls.service = cls.services["prometheus"]
        cls.config = yaml.safe_load(stack.on_host(cls.service, stack.flag(cls.service, "config.file")).read_text())
        cls.jobs = {job["job_name"]: job for job in cls.config["scrape_configs"]}

    def assertAnswers(self, target):
        """That a target leads to a service of the stack, or to Prometheus itself, and to a port that it has."""
        host, port = target.split(":")
        service = self.service if host == "127.0.0.1" else self.services[host]
        self.assertIn(int(port), [inside for _, _, inside in stack.published(service)], target)

    def check(self, config, *command):
        """What promtool prints about this configuration, with which it is content."""
        with tempfile.TemporaryDirectory(prefix="mailsonde-compose-") as folder:
            path = pathlib.Path(folder) / "prometheus.yml"
            path.write_text(yaml.safe_dump(config))
            done = run("promtool", "check", command[0], path, *command[1:])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_promtool_accepts_the_configuration_with_its_rules(self):
        rules = [str(stack.on_host(self.service, path)) for path in self.config["rule_files"]]
        printed = self.check(dict(self.config, rule_files=rules), "config")
        for rules in ("mailsonde.rules.yml", "mailsonde.alerts.yml"):
            count = stack.ROOT.joinpath("deploy/prometheus", rules).read_text().count("        expr:")
            self.assertRegex(printed, r"%s\n  SUCCESS: %d rules found" % (re.escape(rules), count))

    def test_flags_are_those_that_the_programs_have(self):
        for name, program in (("prometheus", "prometheus"), ("alertmanager", "prometheus-alertmanager")):
            known = run(program, "--help")
            for word in self.services[name]["command"]:
                self.assertRegex(known.stdout + known.stderr, r"(?m)^ *%s[ =]" % re.escape(word.split("=")[0]))

    def test_what_is_stored_is_on_a_volume(self):
        for name, flag in (("prometheus", "storage.tsdb.path"), ("alertmanager", "storage.path")):
            service = self.services[name]
            self.assertTrue(stack.mount_of(service, stack.flag(service, flag)).is_volume)

    def test_the_job_is_called_as_the_alerts_want_it(self):
        wanted = set(re.findall(r'up\{job="(\w+)"\}', _ALERTS.read_text()))
        self.assertEqual(wanted, {"mailsonde"})
        self.assertIn("mailsonde:10451", self.jobs["mailsonde"]["static_configs"][0]["targets"])

    def test_targets_and_alertmanagers_are_parts_of_the_stack(self):
        targets = [target for job in self.jobs.values() for group in job["static_configs"] for target in
                   group["targets"]]
        self.assertEqual(len(targets), 3)
        for target in targets:
            self.assertAnswers(target)
        (alertmanagers,) = self.config["alerting"]["alertmanagers"]
        self.assertEqual(alertmanagers["static_configs"], [{"targets": ["alertmanager:9093"]}])
        self.assertAnswers("alertmanager:9093")

    def test_the_demo_is_an_instance_of_its_own_in_the_same_job(self):
        (found,) = self.jobs["mailsonde"]["dns_sd_configs"]
        self.assertEqual((found["names"], found["type"]), (["demo"], "A"))
        self.assertAnswers("demo:%d" % found["port"])
        # promtool relabels for us; what a look-up would have given is written down instead.
        job = dict(self.jobs["mailsonde"], static_configs=[
            {"targets": ["mailsonde:10451"]},
            {"targets": ["192.0.2.1:10451"], "labels": {"__meta_dns_name": "demo"}}])
        del job["dns_sd_configs"]
        # It waits for the whole time-out, whatever was found.
        printed = self.check({"scrape_configs": [job]}, "service-discovery", "--timeout=1s", "mailsonde")
        labels = [target["labels"] for target in json.loads(printed)]
        self.assertEqual(sorted(label["instance"] for label in labels), ["demo:10451", "mailsonde:10451"])
        self.assertEqual({label["job"] for label in labels}, {"mailsonde"})

    def test_amtool_accepts_the_configuration_of_alertmanager(self):
        service = self.services["alertmanager"]
        path = stack.on_host(service, stack.flag(service, "config.file"))
        self.assertEqual(path.name, "alertmanager.example.yml")
        done = run("amtool", "check-config", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
