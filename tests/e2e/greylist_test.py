# SPDX-License-Identifier: Apache-2.0
"""postgrey in front of a real Postfix."""

import json
import unittest

from parts import mailsonde, ports, postfix, postgrey, tempdirs

DELAY = 4

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
rcpt_to = "someone@example.test"
"""


class GreylistTest(unittest.TestCase):
    def test_greylisting_is_told_and_ends_when_the_delay_is_over(self):
        folder = self.enterContext(tempdirs.private_folder())
        grey_port, port = ports.free_port(), ports.free_port()
        self.enterContext(postgrey.Postgrey(folder / "postgrey", grey_port, delay=DELAY))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % grey_port}
        server = self.enterContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port)], asks))
        daemon = self.enterContext(mailsonde.Daemon(folder / "mailsonde", _CONFIG.format(port=port)))

        scrape = daemon.wait_for_outcome("grey", "greylisted")
        self.assertEqual(scrape.value("mailsonde_probe_success", target="grey"), 0)
        self.assertEqual(scrape.outcomes("grey").keys(), {"greylisted"})

        scrape = daemon.wait_for_outcome("grey", "ok", seconds=DELAY + 20)
        self.assertEqual(scrape.value("mailsonde_probe_success", target="grey"), 1)
        logged = server.rejected("450 4.2.0")
        self.assertGreaterEqual(logged, 1)
        self.assertEqual(scrape.outcomes("grey")["greylisted"], logged)
        self.assertEqual(scrape.value("mailsonde_smtp_replies_total", target="grey", stage="rcpt", code="450",
                                      enhanced_code="4.2.0", outcome="greylisted"), logged)

    def test_the_delay_is_measured_over_a_restart(self):
        folder = self.enterContext(tempdirs.private_folder())
        grey_port, port = ports.free_port(), ports.free_port()
        self.enterContext(postgrey.Postgrey(folder / "postgrey", grey_port, delay=DELAY))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % grey_port}
        self.enterContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port)], asks))
        with mailsonde.Daemon(folder / "mailsonde", _CONFIG.format(port=port)) as daemon:
            daemon.wait_for_outcome("grey", "greylisted")
            self.assertEqual(daemon.process.stop(), 0)
        state = json.loads((folder / "mailsonde" / "state.json").read_text())
        self.assertEqual([chain["recipient"] for chain in state["greylist_chains"]], ["someone@example.test"])

        with mailsonde.Daemon(folder / "mailsonde", _CONFIG.format(port=port)) as daemon:
            scrape = daemon.wait_for_outcome("grey", "ok", seconds=DELAY + 20)
            self.assertEqual(scrape.outcomes("grey").keys(), {"ok"}, "the retry came when the server asked for it")
            self.assertEqual(scrape.value("mailsonde_greylist_delay_seconds_count", target="grey"), 1)
            self.assertGreaterEqual(scrape.value("mailsonde_greylist_delay_seconds_sum", target="grey"), DELAY)


if __name__ == "__main__":
    unittest.main()
