# SPDX-License-Identifier: Apache-2.0
"""Target files, and the configuration that is watched: what changes on the disk comes into force without a signal."""

import json
import os
import unittest

from parts import mailsonde, ports, tempdirs

SECONDS = 15  # for what is due after 4

_CONFIG = """
[[relays]]
name = "own"
host = "127.0.0.1"
port = {port}
module = "mx"
interval = "1s"

[[target_files]]
files = ["targets.d/*.json"]
module = "mx"
interval = "1s"
"""


def entry(target, **labels):
    return {"targets": [target], "labels": labels}


def replace(path, text):
    """Writes beside the file and renames, as one should."""
    fresh = path.with_name(".fresh")
    fresh.write_text(text)
    os.replace(fresh, path)


def targets_in(scrape):
    return {sample.labels["target"] for sample in scrape.select("mailsonde_probe_interval_seconds")}


def refused(scrape, target):
    return scrape.sum("mailsonde_probes_total", target=target, outcome="connection_refused")


class _Scene(unittest.TestCase):
    flags = ()

    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())
        self.targets = tempdirs.own_folder(self.folder / "targets.d")
        self.relay = "127.0.0.1:%d" % ports.free_port()
        self.config = _CONFIG.format(port=ports.free_port())
        self.prepare()
        self.daemon = self.enterContext(mailsonde.Daemon(self.folder, self.config, flags=self.flags))

    def prepare(self):
        pass

    def write(self, name, *entries):
        replace(self.targets / name, json.dumps(entries))

    def wait_for_targets(self, *names):
        return self.daemon.wait_for(lambda scrape: targets_in(scrape) == set(names), SECONDS,
                                    "the targets are %s" % ", ".join(names))

    def wait_for_gauge(self, value):
        return self.daemon.wait_for(lambda scrape: scrape.value("mailsonde_config_last_reload_successful") == value,
                                    SECONDS, "mailsonde_config_last_reload_successful is %d" % value)


class TargetFilesTest(_Scene):
    def prepare(self):
        self.write("first.json", entry(self.relay, name="first"))

    def test_targets_come_and_go_with_their_files(self):
        before = self.wait_for_targets("own", "first")
        loaded = before.value("mailsonde_config_last_reload_success_timestamp_seconds")
        self.daemon.wait_for(lambda scrape: refused(scrape, "first") >= 2, SECONDS, "probes of the first")
        before = self.daemon.scrape()
        self.write("second.json", entry(self.relay, name="second", provider="acme"), entry("[127.0.0.1]", name="third"))
        scrape = self.wait_for_targets("own", "first", "second", "third")
        self.assertEqual(scrape.value("mailsonde_targets", kind="relay"), 3)
        self.assertEqual(scrape.value("mailsonde_targets", kind="destination"), 1)
        self.assertEqual(scrape.value("mailsonde_probes_total", target="second", provider="acme", outcome="ok"), 0)
        self.assertGreater(scrape.value("mailsonde_config_last_reload_success_timestamp_seconds"), loaded)
        for target in ("own", "first"):
            self.assertGreaterEqual(refused(scrape, target), refused(before, target), "counters go on")
        self.daemon.wait_for(lambda scrape: refused(scrape, "second") >= 1, SECONDS, "probes of the second")
        self.write("second.json", entry(self.relay, name="second", provider="acme"))
        self.assertNotIn('target="third"', self.wait_for_targets("own", "first", "second").text)
        (self.targets / "second.json").unlink()
        scrape = self.wait_for_targets("own", "first")
        self.assertNotIn('target="second"', scrape.text)
        self.assertGreater(refused(scrape, "first"), refused(before, "first"))

    def test_a_bad_file_keeps_its_targets_and_is_told_once(self):
        loaded = self.wait_for_gauge(1).value("mailsonde_config_last_reload_success_timestamp_seconds")
        (self.targets / "first.json").write_text('[{"targets": ["127.0.0.1:25"]},\n  oops]')
        scrape = self.wait_for_gauge(0)
        self.assertEqual(targets_in(scrape), {"own", "first"})
        self.assertEqual(scrape.value("mailsonde_config_last_reload_success_timestamp_seconds"), loaded)
        self.assertIn("first.json:2:3: not valid JSON", self.daemon.log())
        # The rest goes on, also what is new in other files.
        self.write("second.json", entry(self.relay, name="second"))
        scrape = self.wait_for_targets("own", "first", "second")
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 0)
        status, body = self.daemon.get("/-/reload", method="POST")
        self.assertEqual(status, 500)
        self.assertIn("first.json:2:3: not valid JSON", body)
        self.assertEqual(targets_in(self.daemon.scrape()), {"own", "first", "second"})
        told = self.daemon.log().count("first.json:2:3")
        count = refused(self.daemon.scrape(), "first")
        self.daemon.wait_for(lambda scrape: refused(scrape, "first") >= count + 5, SECONDS, "five probes of the first")
        self.assertEqual(self.daemon.log().count("first.json:2:3"), told, "nothing changed, nothing is told")
        self.write("first.json", entry(self.relay, name="first"))
        self.wait_for_gauge(1)
        self.assertEqual(self.daemon.get("/-/reload", method="POST")[0], 200)

    def test_a_name_that_is_taken_is_left_out_and_told(self):
        self.write("second.json", entry(self.relay, name="own"), entry(self.relay, name="second"))
        self.wait_for_targets("own", "first", "second")
        scrape = self.wait_for_gauge(0)
        self.assertEqual(len(scrape.select("mailsonde_probe_interval_seconds", target="own")), 1)
        self.assertIn("is already the name of the target at", self.daemon.log())

    def test_the_configuration_is_not_watched_by_itself(self):
        self.daemon.configure(self.config + "nonsense = 1\n")
        self.write("second.json", entry(self.relay, name="second"))
        scrape = self.wait_for_targets("own", "first", "second")
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 1)


class BadStartTest(_Scene):
    def prepare(self):
        (self.targets / "bad.json").write_text("{}")
        self.write("good.json", entry(self.relay, name="good"))

    def test_the_rest_begins(self):
        scrape = self.wait_for_targets("own", "good")
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 0)
        self.assertIn("bad.json:1:1: expected a list", self.daemon.log())
        (self.targets / "bad.json").unlink()
        self.wait_for_gauge(1)


class MountedFolderTest(_Scene):
    """As Kubernetes mounts a ConfigMap: the files lead over the link ..data into a folder, and the link is swapped."""

    def prepare(self):
        self._mount("1", entry(self.relay, name="before"))
        os.symlink("..data/targets.json", self.targets / "targets.json")

    def _mount(self, version, *entries):
        folder = tempdirs.own_folder(self.targets / ("..v" + version))
        (folder / "targets.json").write_text(json.dumps(entries))
        fresh = self.targets / "..data_tmp"
        os.symlink(folder.name, fresh)
        os.replace(fresh, self.targets / "..data")

    def test_the_swap_is_seen(self):
        self.wait_for_targets("own", "before")
        self._mount("2", entry(self.relay, name="after"))
        self.wait_for_targets("own", "after")


class AutoReloadTest(_Scene):
    flags = ("--config.enable-auto-reload",)

    def _configure(self, text):
        replace(self.daemon.config_file, text + mailsonde.IMPATIENT)

    def test_the_configuration_is_watched(self):
        more = '[[relays]]\nname = "more"\nhost = "127.0.0.1"\nport = 25\nmodule = "mx"\ninterval = "1s"\n'
        before = self.daemon.wait_for(lambda scrape: refused(scrape, "own") >= 1, SECONDS, "a probe")
        self._configure(self.config + more)
        scrape = self.wait_for_targets("own", "more")
        self.assertGreaterEqual(refused(scrape, "own"), refused(before, "own"))
        self._configure(self.config + more + "nonsense = 1\n")
        scrape = self.wait_for_gauge(0)
        self.assertEqual(targets_in(scrape), {"own", "more"})
        self.assertIn("nonsense", self.daemon.log())
        self.write("a.json", entry(self.relay, name="found"))
        scrape = self.wait_for_targets("own", "more", "found")
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 0)
        self._configure(self.config)
        scrape = self.wait_for_targets("own", "found")
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 1)


class CommandsTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())
        self.targets = tempdirs.own_folder(self.folder / "targets.d")
        self.config = self.folder / "mailsonde.toml"
        self.config.write_text(_CONFIG.format(port=ports.free_port()))

    def test_check_config_counts_the_targets_of_files(self):
        (self.targets / "a.json").write_text(json.dumps([entry("example.com", team="mail")]))
        done = mailsonde.run("check-config", self.config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("OK, 2 targets", done.stdout)
        self.assertIn('"team" is not a known label', done.stderr)

    def test_check_config_names_every_mistake_of_every_file(self):
        (self.targets / "a.json").write_text('[{"targets": ["a b", "c"],\n "labels": {"interval": "often"}}]')
        (self.targets / "b.json").write_text("[")
        done = mailsonde.run("check-config", self.config)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'a\.json:1:15: "a b" is not a host name')
        self.assertRegex(done.stderr, r'a\.json:2:25: interval: "often" is not a duration')
        self.assertRegex(done.stderr, r"b\.json:1:1: not valid JSON")

    def test_check_knows_the_targets_of_files(self):
        (self.targets / "a.json").write_text(json.dumps([entry("127.0.0.1:%d" % ports.free_port(), name="found")]))
        status, reports = mailsonde.check("--config.file=%s" % self.config, "found")
        self.assertEqual(status, 1)
        self.assertEqual([report["outcome"] for report in reports], ["connection_refused"])


if __name__ == "__main__":
    unittest.main()
