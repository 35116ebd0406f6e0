# SPDX-License-Identifier: Apache-2.0
"""The process: reload, stop, start-up failures, and the other commands."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest

from parts import hanging, mailsonde, ports, processes, tempdirs

_RELAY = """
[[relays]]
name = "{name}"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "{module}"
"""


def relay(name, port, module="mx"):
    return _RELAY.format(name=name, port=port, module=module)


class ReloadTest(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempdirs.private_folder())
        self.dead_port = ports.free_port()
        self.good = relay("kept", self.dead_port)
        self.daemon = self.enterContext(mailsonde.Daemon(folder, self.good))

    def _post(self):
        return self.daemon.get("/-/reload", method="POST")

    def _wait_for_gauge(self, value):
        return self.daemon.wait_for(lambda scrape: scrape.value("mailsonde_config_last_reload_successful") == value, 5,
                                    "mailsonde_config_last_reload_successful is %d" % value)

    def test_sighup_takes_a_good_file_over(self):
        before = self.daemon.wait_for_outcome("kept", "connection_refused", count=2)
        self.daemon.configure(self.good + relay("added", self.dead_port))
        self.daemon.hang_up()
        after = self.daemon.wait_for(lambda scrape: scrape.value("mailsonde_targets", kind="relay") == 2, 5,
                                     "two relays")
        self.assertEqual(after.value("mailsonde_probes_total", target="added", outcome="ok"), 0)
        self.assertGreaterEqual(
            after.value("mailsonde_probes_total", target="kept", outcome="connection_refused"),
            before.value("mailsonde_probes_total", target="kept", outcome="connection_refused"),
            "an unchanged target keeps its counters")
        self.daemon.wait_for_outcome("added", "connection_refused")

    def test_the_series_of_a_removed_target_end(self):
        self.daemon.wait_for_outcome("kept", "connection_refused")
        self.daemon.configure(relay("other", self.dead_port))
        self.assertEqual(self._post()[0], 200)
        scrape = self.daemon.wait_for_outcome("other", "connection_refused")
        self.assertNotIn('target="kept"', scrape.text)

    def test_sighup_with_a_bad_file_keeps_the_old_one(self):
        before = self.daemon.wait_for_outcome("kept", "connection_refused")
        loaded = before.value("mailsonde_config_last_reload_success_timestamp_seconds")
        self.daemon.configure(relay("replaced", self.dead_port) + "nonsense = 1\n")
        self.daemon.hang_up()
        scrape = self._wait_for_gauge(0)
        self.assertEqual(scrape.value("mailsonde_config_last_reload_success_timestamp_seconds"), loaded)
        count = scrape.value("mailsonde_probes_total", target="kept", outcome="connection_refused")
        scrape = self.daemon.wait_for_outcome("kept", "connection_refused", count=count + 1)
        self.assertNotIn('target="replaced"', scrape.text)
        self.assertIn("nonsense", self.daemon.log())
        self.daemon.configure(self.good)
        self.daemon.hang_up()
        self._wait_for_gauge(1)

    def test_post_with_a_bad_file_is_500_with_every_reason(self):
        self.daemon.configure(self.good + 'nonsense = 1\nrubbish = 2\n')
        status, body = self._post()
        self.assertEqual(status, 500)
        self.assertRegex(body, r"mailsonde\.toml:8:\d+: .*nonsense")
        self.assertRegex(body, r"mailsonde\.toml:9:\d+: .*rubbish")
        self._wait_for_gauge(0)
        self.daemon.configure(self.good)
        self.assertEqual(self._post()[0], 200)
        self._wait_for_gauge(1)

    def test_a_hundred_broken_reloads_cost_nothing(self):
        descriptors = len(os.listdir("/proc/%d/fd" % self.daemon.process.pid))
        self.daemon.configure("[[relays]]\nhost = 1\n")
        for _ in range(100):
            self.assertEqual(self._post()[0], 500)
        self.daemon.wait_for_outcome("kept", "connection_refused", count=2)
        self.assertLessEqual(len(os.listdir("/proc/%d/fd" % self.daemon.process.pid)), descriptors + 8)

    def test_post_with_a_missing_secret_file_names_it(self):
        self.daemon.configure(
            relay("login", self.dead_port, "submission") +
            'auth = { username = "u", password_file = "/nonexistent/e2e.password" }\n')
        status, body = self._post()
        self.assertEqual(status, 500)
        self.assertIn("/nonexistent/e2e.password", body)

    def test_post_without_a_file_is_500(self):
        self.daemon.config_file.unlink()
        status, body = self._post()
        self.assertEqual(status, 500)
        self.assertIn("mailsonde.toml", body)

    def test_get_on_reload_is_405(self):
        self.assertEqual(self.daemon.get("/-/reload")[0], 405)


class StopTest(unittest.TestCase):
    @contextlib.contextmanager
    def _hanging_daemon(self):
        """A daemon that has a probe hanging in every step."""
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempdirs.private_folder())
            servers = [stack.enter_context(hanging.HangingServer(step)) for step in hanging.STEPS]
            config = ('[politeness]\nper_mx_concurrency = 100\nper_provider_rate = "none"\n'
                      '[modules.deep]\ndepth = "rcpt"\nmail_from = "probe@client.test"\n')
            for step, server in zip(hanging.STEPS, servers):
                config += relay(step, server.port, "deep") + 'rcpt_to = "someone@hanging.test"\n'
            daemon = stack.enter_context(mailsonde.Daemon(folder, config))
            daemon.wait_for(lambda scrape: scrape.value("mailsonde_probes_in_flight") >= len(servers) - 1, 15,
                            "probes hang")
            yield daemon

    def test_sigterm_ends_it_with_0_within_5_seconds_while_probes_hang(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), self._hanging_daemon() as daemon:
                began = time.monotonic()
                daemon.process.signal(number)
                self.assertEqual(daemon.process.wait(10), 0, daemon.log())
                self.assertLess(time.monotonic() - began, 5)

    def test_a_second_signal_ends_it_at_once(self):
        with self._hanging_daemon() as daemon:
            daemon.process.signal(signal.SIGTERM)
            began = time.monotonic()
            # While it waits for the peers; should it have ended already, all the better.
            while daemon.process.exit_status is None and time.monotonic() - began < 3:
                daemon.process.signal(signal.SIGTERM)
                time.sleep(0.02)
            self.assertIsNotNone(daemon.process.exit_status)
            self.assertLess(time.monotonic() - began, 0.9, "QUIT alone would be tried for 1 s")

    def test_scrapes_go_on_while_probes_hang(self):
        with self._hanging_daemon() as daemon:
            for _ in range(5):
                began = time.monotonic()
                self.assertEqual(daemon.get("/metrics")[0], 200)
                self.assertLess(time.monotonic() - began, 0.5)


class StartTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())
        self.config = self.folder / "mailsonde.toml"
        self.config.write_text(relay("a", ports.free_port()))

    def _serve(self, *flags):
        return mailsonde.run("serve", "--config.file", self.config, *flags, seconds=20)

    def test_a_port_in_use_is_a_sentence_and_exit_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            done = self._serve("--web.listen-address", address)
        self.assertEqual(done.returncode, 1)
        self.assertIn(address, done.stderr)
        self.assertRegex(done.stderr.lower(), "in use")

    def test_a_malformed_listen_address_is_told(self):
        for address in ("127.0.0.1", "127.0.0.1:99999", "nonsense:x"):
            with self.subTest(address):
                done = self._serve("--web.listen-address", address)
                self.assertIn(done.returncode, (1, 2))
                self.assertIn(address, done.stderr)

    def test_a_missing_secret_file_is_named(self):
        self.config.write_text(relay("login", 587, "submission") +
                               'auth = { username = "u", password_file = "missing.password" }\n')
        done = self._serve()
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.folder / "missing.password"), done.stderr)

    def test_a_missing_configuration_is_named(self):
        self.config.unlink()
        done = self._serve()
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.config), done.stderr)

    def test_it_listens_on_several_addresses_and_families(self):
        second = ports.free_port()
        with mailsonde.Daemon(self.folder, self.config.read_text(),
                              flags=["--web.listen-address=[::1]:%d" % second]) as daemon:
            self.assertEqual(daemon.get("/-/healthy")[0], 200)
            self.assertTrue(processes.accepts("::1", second))

    def test_every_log_line_is_json_when_asked(self):
        with mailsonde.Daemon(self.folder, self.config.read_text(), flags=["--log.format=json"]) as daemon:
            daemon.wait_for_outcome("a", "connection_refused")
            lines = daemon.log().splitlines()
        self.assertTrue(lines)
        for line in lines:
            self.assertIn("level", json.loads(line))


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())

    def test_check_config_prints_every_error_with_its_place(self):
        bad = self.folder / "bad.toml"
        bad.write_text('[prober]\nhelo = "a.test"\ntimeuot = "60s"\n[[relays]]\nname = "r"\nhost = "127.0.0.1"\n'
                       'interval = "5 parsecs"\nmodule = "submision"\n[[destinations]]\nname = "no domain"\n')
        worse = self.folder / "worse.toml"
        worse.write_text("[prober\n")
        done = mailsonde.run("check-config", bad, worse)
        self.assertEqual(done.returncode, 1)
        lines = (done.stdout + done.stderr).splitlines()
        for line_number, words in ((3, "timeuot.*timeout"), (7, "interval"), (8, "submision.*submission"),
                                   (9, "domain")):
            place = re.compile(r"%s:%d:\d+: .*%s" % (re.escape(str(bad)), line_number, words))
            self.assertTrue(any(place.match(line) for line in lines), "%s\n%s" % (place.pattern, "\n".join(lines)))
        self.assertTrue(any(re.match(r"%s:\d+:\d+: " % re.escape(str(worse)), line) for line in lines), lines)

    def test_check_config_of_a_good_file_exits_0(self):
        good = self.folder / "good.toml"
        good.write_text(relay("a", 25))
        self.assertEqual(mailsonde.run("check-config", good).returncode, 0)
        self.assertEqual(mailsonde.run("check-config", good, self.folder / "missing.toml").returncode, 1)

    def test_check_config_opens_no_socket(self):
        good = self.folder / "good.toml"
        good.write_text(relay("a", 25) + '[[destinations]]\ndomain = "example.com"\n')
        done = subprocess.run(["strace", "-f", "-e", "trace=socket,openat", mailsonde.BINARY, "check-config", good],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(str(good), done.stderr, "strace sees what it does")
        self.assertNotIn("socket(", done.stderr)

    def test_check_of_a_domain_that_does_not_resolve_is_a_sentence(self):
        done = mailsonde.run("check", "--resolver=127.0.0.1:%d" % ports.free_port(), "nowhere.test")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere.test", done.stdout)
        self.assertIn("dns_temporary", done.stdout)

    def test_check_of_a_malformed_target_is_a_usage_error(self):
        for target in ("nosuch:1x", "two words", "a..b", "[::1:25", "host:99999", ""):
            with self.subTest(target):
                done = mailsonde.run("check", target)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.strip())

    def test_check_of_a_port_where_nobody_listens(self):
        status, [report] = mailsonde.check("127.0.0.1:%d" % ports.free_port())
        self.assertEqual((status, report["outcome"], report["stage"]), (1, "connection_refused", "connect"))

    def test_explain_reads_lines_and_answers_in_order(self):
        lines = "rcpt\t-\t450 4.2.0 Greylisted\nunknown\tgoogle\t421 4.7.0 Try again later, closing connection.\n\0\n"
        done = mailsonde.run("explain", "--format=json", "-", input=lines)
        self.assertEqual(done.returncode, 0, done.stderr)
        outcomes = [json.loads(line)["outcome"] for line in done.stdout.splitlines()]
        self.assertEqual(len(outcomes), 3)
        self.assertEqual(outcomes[:2], ["greylisted", "rate_limited"])

    def test_usage_errors_exit_2(self):
        for arguments in (["--nonsense"], ["serve", "--nonsense"], ["serve"], ["nonsense"], ["check"],
                          ["check", "--format=xml", "a.test"], ["check", "--module=nonsense", "a.test"]):
            with self.subTest(arguments):
                done = mailsonde.run(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.strip())

    def test_help_exits_0(self):
        for arguments in ([], ["--help"], ["serve", "--help"]):
            with self.subTest(arguments):
                done = mailsonde.run(*arguments)
                self.assertEqual(done.returncode, 0)
                self.assertIn("mailsonde", (done.stdout + done.stderr).lower())

    def test_version_names_all_that_matters(self):
        done = mailsonde.run("--version")
        self.assertEqual(done.returncode, 0)
        for word in ("mailsonde", "version", "revision", "clang", "build date", "OpenSSL 3", "c-ares"):
            self.assertIn(word.lower(), done.stdout.lower())

    def test_health_asks_the_daemon(self):
        with mailsonde.Daemon(self.folder, relay("a", ports.free_port())) as daemon:
            flag = "--web.listen-address=" + daemon.listen_address
            self.assertEqual(mailsonde.run("health", flag).returncode, 0)
            daemon.process.stop()
            done = mailsonde.run("health", flag)
            self.assertEqual(done.returncode, 1)
            self.assertTrue(done.stderr.strip())


class WebTest(unittest.TestCase):
    def test_paths_answer_as_they_should(self):
        with tempdirs.private_folder() as folder, \
                mailsonde.Daemon(folder, relay("a", ports.free_port())) as daemon:
            for path, method, status in (("/-/healthy", "GET", 200), ("/-/ready", "GET", 200), ("/", "GET", 200),
                                         ("/metrics", "GET", 200), ("/nonsense", "GET", 404),
                                         ("/../etc/passwd", "GET", 404), ("/metrics", "PUT", 405)):
                with self.subTest(path=path, method=method):
                    self.assertEqual(daemon.get(path, method=method)[0], status)


if __name__ == "__main__":
    unittest.main()
