# SPDX-License-Identifier: Apache-2.0
"""The process as its operator meets it: start, reload, stop, and mistakes."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import threading
import time
import unittest

from parts import mailsonde, ports, tempdirs

_TARGET = """
[[relays]]
name = "{name}"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "mx"
"""


@contextlib.contextmanager
def silent_server():
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        kept = []
        stop = threading.Event()

        def accept():
            listener.settimeout(0.1)
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    kept.append(listener.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            thread.join()
            for connection in kept:
                connection.close()


class ProcessTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())

    def daemon(self, config, **options):
        return self.enterContext(mailsonde.Daemon(self.folder / "mailsonde", config, **options))

    def config(self, name="a", port=1):
        return _TARGET.format(name=name, port=port)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_a_good_reload_takes_over_and_a_bad_one_changes_nothing(self):
        daemon = self.daemon(self.config("a"))
        daemon.wait_for_outcome("a", "connection_refused", count=2)
        counted = daemon.scrape().sum("mailsonde_probes_total", target="a", outcome="connection_refused")

        daemon.config_file.write_text(self.config("a") + self.config("b"))
        self.assertEqual(daemon.get("/-/reload", method="POST")[0], 200)
        scrape = daemon.wait_for_outcome("b", "connection_refused")
        self.assertGreaterEqual(scrape.sum("mailsonde_probes_total", target="a", outcome="connection_refused"), counted)
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 1)

        daemon.config_file.write_text(self.config("a") + 'interval = "soon"\nbanana = 1\n[[relays]]\n')
        status, reason = daemon.get("/-/reload", method="POST")
        self.assertEqual(status, 500)
        self.assertIn("%s:" % daemon.config_file, reason)
        self.assertEqual(daemon.scrape().value("mailsonde_config_last_reload_successful"), 0)
        self.assertTrue(daemon.scrape().select("mailsonde_probes_total", target="b"))

        daemon.config_file.write_text(self.config("a"))
        daemon.hang_up()
        scrape = daemon.wait_for(lambda now: not now.select("mailsonde_probes_total", target="b"), 10, "b is gone")
        self.assertFalse([sample for sample in scrape.samples if sample.labels.get("target") == "b"])
        self.assertEqual(scrape.value("mailsonde_config_last_reload_successful"), 1)
        self.assertEqual(daemon.get("/-/reload")[0], 405)

    def test_a_hundred_broken_reloads_leave_the_daemon_as_it_was(self):
        daemon = self.daemon(self.config("a"))
        descriptors = len(os.listdir("/proc/%d/fd" % daemon.process.pid))
        daemon.config_file.write_text("[[relays]]\nhost = 1\n")
        for _ in range(100):
            self.assertEqual(daemon.get("/-/reload", method="POST")[0], 500)
        self.assertEqual(daemon.get("/-/healthy")[0], 200)
        daemon.wait_for_outcome("a", "connection_refused", count=2)
        self.assertLessEqual(len(os.listdir("/proc/%d/fd" % daemon.process.pid)), descriptors + 8)

    def test_sigterm_with_probes_that_hang_ends_well_within_five_seconds(self):
        with silent_server() as port:
            targets = "".join(self.config("t%d" % i, port) for i in range(20))
            daemon = self.daemon(targets + "[politeness]\nper_mx_concurrency = 100\n")
            daemon.wait_for(lambda now: now.value("mailsonde_probes_in_flight") >= 20, 20, "twenty probes hang")
            began = time.monotonic()
            daemon.process.signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(10), 0)
            self.assertLess(time.monotonic() - began, 5)

    def test_a_port_in_use_is_a_sentence_and_exit_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            config = self.write("good.toml", self.config())
            done = mailsonde.run("serve", "--config.file=%s" % config, "--web.listen-address=%s" % address)
            self.assertEqual(done.returncode, 1)
            self.assertIn(address, done.stderr)
            self.assertIn("in use", done.stderr)

    def test_a_missing_secret_is_named_and_nothing_starts(self):
        config = self.write("secret.toml", self.config() + 'auth = { username = "u", password_file = "no-such-file" }\n')
        done = mailsonde.run("serve", "--config.file=%s" % config, "--web.listen-address=127.0.0.1:0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-such-file", done.stderr)

    def test_check_config_names_every_mistake_with_its_place(self):
        config = self.write("bad.toml", '[prober]\ntimeout = 5\nhelllo = "x"\n[[destinations]]\ndomain = "a b"\nmodule = "nix"\n')
        done = mailsonde.run("check-config", config)
        self.assertEqual(done.returncode, 1)
        printed = done.stdout + done.stderr
        for line in (2, 3, 5, 6):
            self.assertRegex(printed, r"(?m)^%s:%d:\d+: " % (config, line))
        self.assertEqual(mailsonde.run("check-config", self.write("good.toml", self.config())).returncode, 0)
        self.assertEqual(mailsonde.run("check-config", self.folder / "missing.toml").returncode, 1)

    def test_check_config_opens_no_socket(self):
        config = self.write("good.toml", self.config() + '[[destinations]]\ndomain = "example.com"\n')
        done = subprocess.run(["strace", "-f", "-e", "trace=socket", mailsonde.BINARY, "check-config", config],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("socket(", done.stderr)

    def test_usage_errors_are_2_and_help_is_0(self):
        self.assertEqual(mailsonde.run("serve").returncode, 2)
        self.assertEqual(mailsonde.run("--nonsense").returncode, 2)
        self.assertEqual(mailsonde.run("frobnicate").returncode, 2)
        for command in ([], ["--help"], ["serve", "--help"], ["check", "--help"], ["--version"]):
            done = mailsonde.run(*command)
            self.assertEqual(done.returncode, 0, command)
            self.assertTrue(done.stdout, command)

    def test_check_of_what_is_no_target_or_leads_nowhere(self):
        malformed = mailsonde.run("check", "a..b")
        self.assertEqual(malformed.returncode, 2)
        self.assertIn("a..b", malformed.stderr)
        nowhere = mailsonde.run("check", "--resolver=127.0.0.1:%d" % ports.free_port(), "example.com")
        self.assertEqual(nowhere.returncode, 1)
        self.assertIn("dns_temporary", nowhere.stdout)
        self.assertEqual(mailsonde.run("check", "--module=nix", "example.com").returncode, 2)

    def test_health_says_whether_a_daemon_answers(self):
        daemon = self.daemon(self.config())
        self.assertEqual(mailsonde.run("health", "--web.listen-address=" + daemon.listen_address).returncode, 0)
        self.assertEqual(mailsonde.run("health", "--web.listen-address=127.0.0.1:%d" % ports.free_port()).returncode, 1)

    def test_explain_reads_lines_and_answers_in_order(self):
        lines = "rcpt\t-\t450 4.2.0 Greylisted\nunknown\tgoogle\t421 4.7.0 Try again later, closing connection.\n\x00\n"
        done = mailsonde.run("explain", "--format=json", "-", input=lines)
        self.assertEqual(done.returncode, 0)
        answers = done.stdout.splitlines()
        self.assertEqual(len(answers), 3)
        self.assertIn('"outcome":"greylisted"', answers[0])
        self.assertIn('"outcome":"rate_limited"', answers[1])

    def test_48_descriptors_are_enough_for_200_targets_that_hang(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))

        with silent_server() as port:
            targets = "".join(self.config("t%d" % i, port) for i in range(200))
            daemon = self.daemon("[politeness]\nper_mx_concurrency = 100\n[prober]\ntimeout = \"2s\"\n" + targets,
                                 preexec_fn=few)
            scrape = daemon.wait_for(
                lambda now: now.sum("mailsonde_probes_total", outcome="remote_timeout") >= 20, 30, "probes end")
            self.assertLessEqual(scrape.value("mailsonde_probes_in_flight"), 48)
            self.assertEqual(daemon.get("/-/reload", method="POST")[0], 200)


if __name__ == "__main__":
    unittest.main()
