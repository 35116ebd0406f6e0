# SPDX-License-Identifier: Apache-2.0
"""From a real Postfix that begins to answer 451 to the page, through Prometheus and Alertmanager: the alerts as they
are shipped, with all their windows divided by 60."""

import http.server
import json
import pathlib
import subprocess
import sys
import threading
import time
import unittest

from parts import alertmanager, mailsonde, policy, ports, postfix, processes, prometheus, tempdirs

_SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
_FASTER = 60
_FOR = 1  # seconds: `for` of MailsondeTemporaryFailuresRising, divided
_SCRAPE = 1

_CONFIG = """
[prober]
helo = "probe.client.test"
[modules.rcpt]
depth = "rcpt"
mail_from = "probe@client.test"
[[relays]]
name = "relay"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "rcpt"
rcpt_to = "someone@example.test"
"""

_NOTIFY = """
route:
  receiver: pager
  group_by: [alertname, target]
  group_wait: 0s
  group_interval: 1s
receivers:
  - name: pager
    webhook_configs:
      - url: http://127.0.0.1:%d/
        send_resolved: true
"""


class Webhook:
    """What Alertmanager says, as (moment, alert)."""

    def __init__(self, port):
        self.heard = []
        heard = self.heard

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                heard.extend((time.monotonic(), alert) for alert in body["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def find(self, name, status):
        """The first notice of that alert in that state: (moment, alert)."""
        return next(((moment, alert) for moment, alert in list(self.heard)
                     if (alert["labels"]["alertname"], alert["status"]) == ("Mailsonde" + name, status)), None)

    def wait_for(self, name, status, seconds):
        return processes.wait_until(lambda: self.find(name, status), seconds,
                                    lambda: "%s %s; heard: %s" % (name, status, self.heard), every=0.05)


def faster(folder, name):
    text = subprocess.run([sys.executable, _SHIPPED / "scale-windows", "1/%d" % _FASTER, _SHIPPED / name],
                          capture_output=True, text=True, check=True, timeout=30).stdout
    path = folder / name
    path.write_text(text)
    return path


def silencing():
    """The inhibit_rules of the example, which are its end."""
    text = (_SHIPPED / "alertmanager.example.yml").read_text()
    return text[text.index("inhibit_rules:"):]


class AlertsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        port, policy_port, hook_port = (ports.free_port() for _ in range(3))
        cls.webhook = cls.enterClassContext(Webhook(hook_port))
        cls.policy = cls.enterClassContext(policy.PolicyServer(folder / "policy", policy_port))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % policy_port}
        cls.postfix = cls.enterClassContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port)], asks))
        cls.daemon = cls.enterClassContext(mailsonde.Daemon(folder / "mailsonde", _CONFIG.format(port=port)))
        config = _NOTIFY % hook_port + silencing()
        manager = alertmanager.Alertmanager(folder / "alertmanager", ports.free_port(), config)
        cls.alertmanager = cls.enterClassContext(manager)
        rules = [faster(folder, name) for name in ("mailsonde.rules.yml", "mailsonde.alerts.yml")]
        cls.prometheus = cls.enterClassContext(
            prometheus.Prometheus(folder / "prometheus", ports.free_port(), cls.daemon.listen_address, rules=rules,
                                  alertmanager=cls.alertmanager.address))
        processes.wait_until(lambda: cls.prometheus.query('up{job="mailsonde"} == 1'), 30, "the first scrape",
                             every=0.3)

    def test_451_pages_with_the_cause_silences_what_follows_and_is_resolved(self):
        self.daemon.wait_for_outcome("relay", "ok", count=10, seconds=30)
        self.policy.action = "451 4.7.1 Service unavailable - try again later"
        self.daemon.wait_for_outcome("relay", "server_unavailable", seconds=10)
        began = time.monotonic()
        moment, alert = self.webhook.wait_for("TemporaryFailuresRising", "firing", 30)
        after, limit = moment - began, 3 * _SCRAPE + _FOR + 5
        print("first 451 to the webhook: %.1f s of at most %d" % (after, limit), file=sys.stderr)
        self.assertLessEqual(after, limit)
        labels = alert["labels"]
        self.assertEqual({key: labels[key] for key in ("severity", "target", "kind", "source", "code", "job")},
                         {"severity": "critical", "target": "relay", "kind": "relay", "source": "default",
                          "code": "451", "job": "mailsonde"})
        self.assertIn("server_unavailable (451, enhanced code 4.7.1, at rcpt)", alert["annotations"]["description"])
        self.assertTrue(alert["annotations"]["runbook_url"].endswith("MailsondeTemporaryFailuresRising.md"))

        # What follows from it is the same fault, and silenced: the budget burns.
        burning = 'ALERTS{alertname="MailsondeRelayErrorBudgetBurn",severity="critical",alertstate="firing"}'
        processes.wait_until(lambda: self.prometheus.query(burning), 30, burning, every=0.3)
        processes.wait_until(lambda: self._active_pages() == {"MailsondeTemporaryFailuresRising"}, 10,
                             self._active_pages, every=0.3)
        self.policy.action = "DUNNO"
        self.webhook.wait_for("TemporaryFailuresRising", "resolved", 60)

    def _active_pages(self):
        return {labels["alertname"] for labels, state, _ in self.alertmanager.alerts()
                if state == "active" and labels["severity"] == "critical"}


if __name__ == "__main__":
    unittest.main()
