# SPDX-License-Identifier: Apache-2.0
"""The program takes the configurations and the flags that the chart gives it."""

import os
import pathlib
import tempfile
import unittest

import yaml

import chart
from parts import mailsonde

NO_NETWORK = '[resolver]\nservers = ["127.0.0.1:9"]\n[prober]\nhelo = "probe.example.org"\n'


def certificate():
    """Any that the system trusts."""
    text = pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text()
    return text.partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"


def mount(folder, files):
    """Files as the kubelet lays out a projected volume: links into a folder that is replaced as a whole."""
    (folder / "..2026_01_01_00_00_00.1").mkdir(parents=True)
    (folder / "..data").symlink_to("..2026_01_01_00_00_00.1")
    for name, text in files.items():
        (folder / "..data" / name).write_text(text)
        (folder / name).symlink_to("..data/%s" % name)


class Program(unittest.TestCase):
    def setUp(self):
        if not mailsonde.BINARY.exists():
            self.fail("%s is not there: build it, or name it in MAILSONDE_BIN" % mailsonde.BINARY)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_check_config_likes_the_configuration_of_each_ci_file(self):
        for file in chart.CI:
            values = yaml.safe_load(file.read_text())
            if "own-ca.pem" in values.get("files", {}):
                values["files"]["own-ca.pem"] = certificate()
            secrets = {"out-1.password": "secret\n"}
            mount(self.folder / file.stem, {**secrets, **chart.config_files(chart.render(values))})
            done = mailsonde.run("check-config", self.folder / file.stem / "mailsonde.toml",
                                 env={**os.environ, "OUT_2_PASSWORD": "secret"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            self.assertRegex(done.stdout, "OK, [1-9]", "%s has no target" % file.name)

    def test_the_daemon_of_the_last_of_three_shards_starts(self):
        state = self.folder / "state"
        state.mkdir()
        objects = chart.render({"shards": 3, "threads": 2, "config":
                                NO_NETWORK + 'state_file = "/var/lib/mailsonde/state.json"\n'})
        container = chart.container(objects)
        self.assertEqual(container["command"], ["mailsonde"])
        mount(self.folder / "etc", {name: text.replace("/var/lib/mailsonde", str(state))
                                    for name, text in chart.config_files(objects).items()})
        arguments = [argument.replace("$(SHARD)", "2").replace("/etc/mailsonde", str(self.folder / "etc"))
                     for argument in container["args"]]
        self.assertIn("--web.listen-address=:10451", arguments)
        arguments.remove("--web.listen-address=:10451")
        with mailsonde.Daemon(self.folder, command=arguments) as daemon:
            self.assertEqual(daemon.get("/-/healthy")[0], 200)
            self.assertEqual(daemon.get("/metrics")[0], 200)

    def test_a_pod_without_the_label_of_its_ordinal_does_not_start(self):
        (self.folder / "mailsonde.toml").write_text(NO_NETWORK)
        done = mailsonde.run("serve", "--config.file=%s" % (self.folder / "mailsonde.toml"), "--shard=/3",
                             "--web.listen-address=127.0.0.1:0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("of three there are 0/3, 1/3 and 2/3", done.stderr)


if __name__ == "__main__":
    unittest.main()
