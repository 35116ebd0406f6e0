# SPDX-License-Identifier: Apache-2.0
"""Far fewer descriptors than targets."""

import resource
import unittest

from parts import hanging, mailsonde, tempdirs

_TARGETS = 200
_LIMIT = 48

_RELAY = """
[[relays]]
name = "t{number}"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "mx"
"""


class DescriptorTest(unittest.TestCase):
    def test_scrapes_and_reloads_work_and_skipped_probes_are_counted(self):
        folder = self.enterContext(tempdirs.private_folder())
        # Hanging, so that descriptors stay in use.
        server = self.enterContext(hanging.HangingServer("EHLO"))
        config = '[politeness]\nper_mx_concurrency = 100\nper_provider_rate = "none"\n'
        config += '[prober.stage_timeouts]\ncommand = "3s"\n'
        config += "".join(_RELAY.format(number=number, port=server.port) for number in range(_TARGETS))
        daemon = self.enterContext(mailsonde.Daemon(
            folder, config, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (_LIMIT, _LIMIT))))

        scrape = daemon.wait_for(
            lambda scrape: sum(1 for number in range(_TARGETS) if scrape.outcomes("t%d" % number)) >= 20, 40,
            "probes of 20 targets ended")
        self.assertEqual(scrape.value("process_max_fds"), _LIMIT)
        self.assertLess(scrape.value("process_open_fds"), _LIMIT)
        # The peer only ever hangs: whatever is counted against it says so.
        self.assertEqual({outcome for number in range(_TARGETS) for outcome in scrape.outcomes("t%d" % number)},
                         {"remote_timeout"})
        self.assertGreater(scrape.sum("mailsonde_probes_suppressed_total"), 0)
        for _ in range(5):
            self.assertEqual(daemon.get("/-/reload", method="POST")[0], 200)
            self.assertEqual(daemon.get("/-/healthy")[0], 200)
            daemon.scrape()


if __name__ == "__main__":
    unittest.main()
