# SPDX-License-Identifier: Apache-2.0
"""From a real Postfix that begins to answer 451 to the page, through Prometheus and Alertmanager: the alerts as they
are shipped, with all their windows divided by 120."""

import sys
import time
import unittest

from parts import knot, mailsonde, paging, policy, ports, postfix, tempdirs

# Each of two endpoints is probed every two minutes, at this pace, which is the default, and scraped once a minute.
_FASTER = 120
_FOR = 60 / _FASTER  # seconds: `for` of MailsondeTemporaryFailuresRising, divided
_SCRAPE = 60 / _FASTER

_CONFIG = """
[prober]
helo = "probe.client.test"
[resolver]
servers = ["{resolver}"]
allow_private_addresses = true
[modules.rcpt]
depth = "rcpt"
mail_from = "probe@client.test"
[[relays]]
name = "relay"
host = "relay.example.test"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "someone@example.test"
"""

_ZONE = "relay A 127.0.0.1\nrelay AAAA ::1\n"


class AlertsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        port, policy_port = ports.free_port(), ports.free_port()
        cls.policy = cls.enterClassContext(policy.PolicyServer(folder / "policy", policy_port))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % policy_port}
        cls.postfix = cls.enterClassContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port), postfix.Listener(port, "::1")], asks))
        server = cls.enterClassContext(knot.Knot(folder / "knot", ports.free_port(), {"example.test": _ZONE}))
        config = _CONFIG.format(resolver=server.address, port=port)
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", config))
        cls.paging = cls.enterClassContext(paging.Paging(folder / "paging", cls.daemon.listen_address, _FASTER,
                                                       _SCRAPE))

    def test_451_pages_with_the_cause_silences_what_follows_and_is_resolved(self):
        self.paging.wait_for_past("mailsonde_probe_success", minutes=60, seconds=80)
        self.policy.action = "451 4.7.1 Service unavailable - try again later"
        self.daemon.wait_for_outcome("relay", "server_unavailable", seconds=10)
        began = time.monotonic()
        moment, alert = self.paging.wait_for("TemporaryFailuresRising", "firing", 30)
        after, limit = moment - began, 3 * _SCRAPE + _FOR + 5
        print("\nmeasured: first 451 to the webhook: %.1f s of at most %.1f" % (after, limit), file=sys.stderr, flush=True)
        self.assertLessEqual(after, limit)
        labels = alert["labels"]
        self.assertEqual({key: labels[key] for key in ("severity", "target", "kind", "source", "code", "job")},
                         {"severity": "critical", "target": "relay", "kind": "relay", "source": "default",
                          "code": "451", "job": "mailsonde"})
        self.assertIn("server_unavailable (451, enhanced code 4.7.1, at rcpt)", alert["annotations"]["description"])
        self.assertTrue(alert["annotations"]["runbook_url"].endswith("MailsondeTemporaryFailuresRising.md"))

        # What follows from it is the same fault, and no page: the error budget burns, now and until its windows are over.
        self.paging.wait_for_query("relay:mailsonde_probe_failure:ratio1h > 0.2", 30)
        self.policy.action = "DUNNO"
        self.paging.wait_for("TemporaryFailuresRising", "resolved", 60)
        self.assertEqual(self.paging.heard(), [("pager", "TemporaryFailuresRising", "firing"),
                                               ("pager", "TemporaryFailuresRising", "resolved")])


if __name__ == "__main__":
    unittest.main()
