# SPDX-License-Identifier: Apache-2.0
"""The program under test: the daemon, and its other commands."""

import json
import os
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request

from parts import exposition, ports, processes, prometheus

_REPO = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("MAILSONDE_BIN") or _REPO / "build/release/mailsonde")


def run(*arguments, seconds=60, **options):
    """One command to its end: exit status, stdout, stderr."""
    return subprocess.run([str(BINARY)] + [str(argument) for argument in arguments], capture_output=True, text=True,
                          timeout=seconds, **options)


def check(*arguments, seconds=90):
    """`check --format=json`: its exit status and the objects that it printed."""
    done = run("check", "--format=json", *arguments, seconds=seconds)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


# Tests have intervals of a second, servers that refuse on purpose, and run on hosts of any name. A configuration with a
# [politeness] of its own says itself what it wants.
IMPATIENT = '\n[politeness]\nper_provider_rate = "none"\nbackoff_on = []\nrequire_identity = "never"\n'


class Daemon:
    """`serve` with a configuration, or another command that listens: Daemon(folder, command=["demo"]). A wrapper is a
    program that becomes it: its own process is the daemon's."""

    def __init__(self, folder, config=None, command=None, flags=(), wrapper=(), **options):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = ports.free_port()
        self.listen_address = "127.0.0.1:%d" % self.port
        self.config_file = folder / "mailsonde.toml"
        self._log_path = folder / "mailsonde.log"
        self._options = options
        self._arguments = command or ["serve", "--config.file=%s" % self.config_file]
        self._arguments = list(wrapper) + [BINARY] + self._arguments + ["--web.listen-address=" + self.listen_address] + list(flags)
        if config is not None:
            self.configure(config)

    def __enter__(self):
        if not BINARY.exists():
            raise RuntimeError("%s is not there: build it, or name it in MAILSONDE_BIN" % BINARY)
        self.process = processes.Process(self._arguments, self._log_path, **self._options)
        try:
            self.process.wait_until(self.is_ready, 15, "/-/ready answers 200")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.stop()

    def configure(self, config):
        """Writes the configuration file; a running daemon does not look at it before a reload."""
        self.config_file.write_text(config + ("" if "[politeness]" in config else IMPATIENT))

    def log(self):
        return self.process.log()

    def is_ready(self):
        try:
            return self.get("/-/ready")[0] == 200
        except OSError:
            return False

    def get(self, path, method="GET", headers=None):
        """Status and body."""
        request = urllib.request.Request("http://%s%s" % (self.listen_address, path), method=method,
                                         headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def scrape(self):
        """The metrics of this moment. Every scrape must please promtool."""
        status, text = self.get("/metrics")
        if status != 200:
            raise AssertionError("/metrics answers %d: %s" % (status, text))
        complaints = prometheus.lint(text)
        if complaints:
            raise AssertionError("promtool check metrics: " + complaints)
        return exposition.Exposition(text)

    def wait_for(self, condition, seconds, what):
        """Scrapes until condition(scrape) holds; returns that scrape."""
        last = []

        def holds():
            last[:] = [self.scrape()]
            return condition(last[0])

        def told():
            lines = [line for line in last[0].text.splitlines()
                     if line.startswith("mailsonde_probes_total") and not line.endswith(" 0")]
            return "%s\n%s\n%s" % (what, "\n".join(lines), self.log()[-2000:])

        processes.wait_until(holds, seconds, told, every=0.2)
        return last[0]

    def wait_for_outcome(self, target, outcome, seconds=20, count=1):
        """Waits until probes of the target ended so; returns that scrape."""
        return self.wait_for(
            lambda scrape: scrape.sum("mailsonde_probes_total", target=target, outcome=outcome) >= count, seconds,
            "%d probes of %s end %s" % (count, target, outcome))

    def hang_up(self):
        """SIGHUP: reload."""
        self.process.signal(signal.SIGHUP)
