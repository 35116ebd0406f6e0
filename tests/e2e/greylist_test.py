# SPDX-License-Identifier: Apache-2.0
"""postgrey in front of a real Postfix: its delay is found by retrying, also by a daemon that was ended meanwhile."""

import signal
import unittest

from parts import mailsonde, ports, postfix, postgrey, processes, tempdirs

# A retry comes a second after the time that the server names, and not before 10 s have passed.
DELAY = 15

_CONFIG = """
[prober]
helo = "probe.client.test"
state_file = "state.json"
[modules.rcpt]
depth = "rcpt"
mail_from = "probe@client.test"
[[relays]]
name = "grey"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "{recipient}@example.test"
"""


class GreylistTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempdirs.private_folder())
        grey_port, cls.port = ports.free_port(), ports.free_port()
        cls.enterClassContext(postgrey.Postgrey(cls.folder / "postgrey", grey_port, delay=DELAY))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % grey_port}
        cls.server = cls.enterClassContext(
            postfix.Postfix(cls.folder / "postfix", [postfix.Listener(cls.port)], asks))

    def _daemon(self, recipient):
        """One that knows this recipient alone, in a folder of the same name."""
        config = _CONFIG.format(port=self.port, recipient=recipient)
        return mailsonde.Daemon(self.folder / recipient, config)

    def _state(self, recipient):
        return self.folder / recipient / "state.json"

    def _wait_for_saved_chain(self, recipient):
        state = self._state(recipient)
        processes.wait_until(lambda: state.is_file() and recipient + "@example.test" in state.read_text(), 10,
                             "the chain is in the state file")

    def _assert_delay(self, scrape, how):
        self.assertEqual(scrape.value("mailsonde_greylist_delay_seconds_count", target="grey"), 1)
        measured = scrape.value("mailsonde_greylist_delay_seconds_sum", target="grey")
        print("\nmeasured: %s: greylisted for %.2f s, configured are %d s" % (how, measured, DELAY), flush=True)
        self.assertGreaterEqual(measured, DELAY)
        self.assertLess(measured, 1.2 * DELAY)

    def test_greylisting_is_told_and_its_delay_measured(self):
        refused_before = self.server.rejected("450 4.2.0")
        daemon = self.enterContext(self._daemon("whole"))
        scrape = daemon.wait_for_outcome("grey", "greylisted")
        self.assertEqual(scrape.value("mailsonde_probe_success", target="grey"), 0)
        self.assertEqual(scrape.outcomes("grey").keys(), {"greylisted"})

        scrape = daemon.wait_for_outcome("grey", "ok", seconds=DELAY + 20)
        self.assertEqual(scrape.value("mailsonde_probe_success", target="grey"), 1)
        logged = self.server.rejected("450 4.2.0") - refused_before
        self.assertGreaterEqual(logged, 1)
        self.assertEqual(scrape.outcomes("grey")["greylisted"], logged)
        self.assertEqual(scrape.value("mailsonde_smtp_replies_total", target="grey", stage="rcpt", code="450",
                                      enhanced_code="4.2.0", outcome="greylisted"), logged)
        self._assert_delay(scrape, "one run")

    def test_a_chain_outlives_a_stop_and_a_kill(self):
        ends = {"stopped": (signal.SIGTERM, 0), "killed": (signal.SIGKILL, -signal.SIGKILL)}
        for recipient, (number, status) in ends.items():
            with self._daemon(recipient) as daemon:
                daemon.wait_for_outcome("grey", "greylisted")
                self._wait_for_saved_chain(recipient)
                daemon.process.signal(number)
                self.assertEqual(daemon.process.wait(10), status, daemon.log())
        again = {recipient: self.enterContext(self._daemon(recipient)) for recipient in ends}
        for recipient, daemon in again.items():
            with self.subTest(recipient):
                scrape = daemon.wait_for_outcome("grey", "ok", seconds=DELAY + 20)
                self.assertEqual(scrape.outcomes("grey").keys(), {"ok"}, "the retry came when the server asked for it")
                self._assert_delay(scrape, recipient)

    def test_a_state_file_that_is_damaged_is_set_aside_and_told(self):
        damages = {"garbage": b"\x00\xff{]", "torn": b'{"greylist_chains": [{"helo": "probe.cl', "empty": b"",
                   "strange": b'{"version": 99, "greylist_chains": []}'}
        for recipient, content in damages.items():
            with self.subTest(recipient):
                state = self._state(recipient)
                state.parent.mkdir()
                state.write_bytes(content)
                with self._daemon(recipient) as daemon:
                    [aside] = state.parent.glob("state.json.bad-*")
                    self.assertEqual(aside.read_bytes(), content)
                    [line] = [line for line in daemon.log().splitlines() if "state file set aside" in line]
                    self.assertIn("level=error", line)
                    self.assertIn(str(aside), line)
                    self._wait_for_saved_chain(recipient)

    def test_a_state_file_that_cannot_be_read_is_told(self):
        self._state("folder").mkdir(parents=True)
        with self._daemon("folder") as daemon:
            [line] = [line for line in daemon.log().splitlines() if "state file not read" in line]
            self.assertIn(str(self._state("folder")), line)
            daemon.wait_for_outcome("grey", "greylisted")


if __name__ == "__main__":
    unittest.main()
