# SPDX-License-Identifier: Apache-2.0
"""The service unit: sound, closed, and wide enough for the daemon."""

import functools
import pathlib
import re
import subprocess
import unittest

from parts import mailsonde, ports, processes, tempdirs

_UNIT = pathlib.Path(__file__).resolve().parents[2] / "deploy/systemd/mailsonde.service"
_WORST_EXPOSURE = 2.0


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager"] + [str(argument) for argument in arguments],
                          capture_output=True, text=True, timeout=60)


def settings(key):
    return re.findall(r"^%s=(.*)$" % key, _UNIT.read_text(), re.M)


@functools.cache
def calls_of(group):
    """The system calls of a group as SystemCallFilter= knows it, those of the groups in it too."""
    found = set()
    for word in re.findall(r"^    ([@\w-]+)$", analyze("syscall-filter", group).stdout, re.M):
        found |= calls_of(word) if word.startswith("@") else {word}
    return frozenset(found)


class UnitTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())

    def test_systemd_finds_no_mistake_in_it(self):
        unit = self.folder / _UNIT.name
        unit.write_text(_UNIT.read_text().replace("/usr/bin/mailsonde", "/bin/true"))  # it is not installed here
        done = analyze("verify", "--man=no", unit)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        unit.write_text(unit.read_text() + "Nonsense=yes\n")
        self.assertIn("Nonsense", analyze("verify", "--man=no", unit).stderr, "verify can find one")

    def test_its_exposure_is_low(self):
        done = analyze("security", "--offline=true", "--threshold=%d" % (10 * _WORST_EXPOSURE), _UNIT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        exposure = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        self.assertLessEqual(float(exposure[1]), _WORST_EXPOSURE)
        print("measured: exposure %s of at most %.1f" % (exposure[1], _WORST_EXPOSURE))

    def test_it_speaks_the_protocol_and_checks_first(self):
        self.assertEqual(settings("Type"), ["notify"])
        self.assertTrue(settings("WatchdogSec"))
        [check] = settings("ExecStartPre")
        self.assertIn("mailsonde check-config /etc/mailsonde/mailsonde.toml", check)
        self.assertEqual(settings("ExecReload"), ["/bin/kill -HUP $MAINPID"])

    def test_the_daemon_does_nothing_that_it_forbids(self):
        allowed = self._allowed_calls()
        trace = self._trace_of_a_life()
        used = set(re.findall(r"^(?:\d+ +)?(\w+)\(", trace, re.M))
        self.assertGreater(len(used), 30, "strace saw it")
        self.assertIn("connect", used)
        self.assertEqual(used - allowed, set())
        families = set(re.findall(r"\bsocket\((\w+)", trace))
        self.assertIn("AF_INET", families)
        self.assertLessEqual(families, set(settings("RestrictAddressFamilies")[0].split()))
        self.assertNotRegex(trace, r"mmap\([^)]*PROT_WRITE\|PROT_EXEC", "MemoryDenyWriteExecute")
        written = re.findall(r'openat\([^,]*, "([^"]*)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)', trace)
        self.assertEqual([path for path in written if not path.startswith(str(self.folder))], [])
        print("measured: %d system calls used, %d allowed" % (len(used), len(allowed)))

    def _allowed_calls(self):
        allowed = set(calls_of("@default"))  # those that every filter allows
        for line in settings("SystemCallFilter"):
            calls = frozenset().union(*(calls_of(group) for group in line.lstrip("~").split()))
            allowed = allowed - calls if line.startswith("~") else allowed | calls
        # execve is what starts it.
        return allowed | {"execve"}

    def _trace_of_a_life(self):
        """Start, probes of a relay and of a name, scrape, reload, end."""
        config = ('[prober]\nhelo = "probe.test"\nstate_file = "state.json"\n[resolver]\nservers = ["127.0.0.1:%d"]\n'
                  '[[relays]]\nhost = "127.0.0.1"\nname = "a"\nmodule = "mx"\nport = %d\ninterval = "1s"\n'
                  '[[destinations]]\ndomain = "example.test"\ninterval = "1s"\n')
        traces = self.folder / "trace"
        with mailsonde.Daemon(self.folder, config % (ports.free_port(), ports.free_port()),
                              wrapper=["strace", "-D", "-f", "-o", traces]) as daemon:
            daemon.wait_for_outcome("a", "connection_refused")
            daemon.wait_for_outcome("example.test", "dns_temporary")
            self.assertEqual(daemon.get("/-/reload", method="POST")[0], 200)
            daemon.wait_for_outcome("a", "connection_refused", count=2)
            pid = daemon.process.pid
            self.assertEqual(daemon.process.stop(), 0)
            end = re.compile(r"^%d +\+\+\+ exited" % pid, re.M)
            processes.wait_until(lambda: end.search(traces.read_text()), 10, "strace has written all of it")
        return traces.read_text()


if __name__ == "__main__":
    unittest.main()
