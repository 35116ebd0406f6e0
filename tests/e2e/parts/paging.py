# SPDX-License-Identifier: Apache-2.0
"""From a scrape to the page: Prometheus with the rules and alerts as they are shipped, Alertmanager with the shipped
example, and who is paged. All their durations are divided by one number; nothing else differs."""

import contextlib
import http.server
import json
import pathlib
import re
import subprocess
import sys
import time

from parts import alertmanager, ports, processes, prometheus, serving, tempdirs

_SHIPPED = pathlib.Path(__file__).resolve().parents[3] / "deploy" / "prometheus"
_WAITS = re.compile(r"^( *(?:group_wait|group_interval|repeat_interval): )(\d+)([smh])", re.M)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_RECEIVERS = "127.0.0.1:9099"  # in the example


class Webhook(serving.Serving):
    """What Alertmanager says, as (moment, receiver, alert)."""

    def __init__(self, port):
        self.heard = []
        heard = self.heard

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                heard.extend((time.monotonic(), self.path[1:], alert) for alert in body["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler))


class Paging:
    """Names of alerts are without the "Mailsonde" that all begin with."""

    def __init__(self, folder, exporter, faster, scrape=1):
        """`exporter` is host:port, `faster` what all durations are divided by, `scrape` seconds from one to the next."""
        self._folder = tempdirs.own_folder(folder)
        self._exporter = exporter
        self._faster = faster
        self._scrape = scrape
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with self._stack as stack:
            port = ports.free_port()
            self._webhook = stack.enter_context(Webhook(port))
            self.alertmanager = stack.enter_context(
                alertmanager.Alertmanager(self._folder / "alertmanager", ports.free_port(), self._routes(port)))
            self.prometheus = stack.enter_context(
                prometheus.Prometheus(self._folder / "prometheus", ports.free_port(), self._exporter,
                                      rules=[self._folder / "mailsonde.*.yml"],
                                      alertmanager=self.alertmanager.address, every=self._scrape))
            # It takes seconds to its first scrape. At this pace that is long enough for MailsondeExporterAbsent.
            self.wait_for_query('up{job="mailsonde"} == 1', 30)
            self._write_rules()
            self.prometheus.reload()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _write_rules(self):
        for name in ("mailsonde.rules.yml", "mailsonde.alerts.yml"):
            done = subprocess.run([sys.executable, _SHIPPED / "scale-windows", "1/%d" % self._faster, _SHIPPED / name],
                                  capture_output=True, text=True, check=True, timeout=30)
            (self._folder / name).write_text(done.stdout)

    def _routes(self, port):
        def shorter(wait):
            return "%s%dms" % (wait[1], int(wait[2]) * _SECONDS[wait[3]] * 1000 // self._faster)

        text = (_SHIPPED / "alertmanager.example.yml").read_text()
        return _WAITS.sub(shorter, text).replace(_RECEIVERS, "127.0.0.1:%d" % port)

    def heard(self):
        """Whatever anybody was told: a list of (receiver, alert, status)."""
        return [(receiver, _name_of(alert["labels"]), alert["status"]) for _, receiver, alert in self._webhook.heard[:]]

    def wait_for(self, name, status, seconds):
        """The first notice of that alert in that state, firing or resolved: (moment, alert)."""
        return processes.wait_until(lambda: self._find(name, status), seconds,
                                    lambda: "%s %s; heard: %s" % (name, status, self._told()))

    def _told(self):
        return "".join("\n%s %s: %s" % (alert["status"], _name_of(alert["labels"]), alert["annotations"]["description"])
                       for _, _, alert in self._webhook.heard[:])

    def _find(self, name, status):
        return next(((moment, alert) for moment, _, alert in self._webhook.heard[:]
                     if (_name_of(alert["labels"]), alert["status"]) == (name, status)), None)

    def wait_for_query(self, expression, seconds):
        """Until Prometheus finds something by it."""
        processes.wait_until(lambda: self.prometheus.query(expression), seconds, expression, every=0.3)

    def wait_for_past(self, metric, minutes, seconds):
        """Until so much of it is known, at this pace: with less, one failure is soon a large part of all."""
        samples = int(minutes * 60 / self._faster / self._scrape)
        self.wait_for_query("count_over_time(%s[1h]) >= %d" % (metric, samples), seconds)

    def wait_for_silenced(self, name, seconds, count=1):
        """Until so many alerts of that name fire, and Alertmanager keeps them all to itself."""
        def states():
            return [state for labels, state, _ in self.alertmanager.alerts() if _name_of(labels) == name]

        processes.wait_until(lambda: states() == ["suppressed"] * count, seconds,
                             lambda: "%d %s silenced; there are: %s" % (count, name, states()), every=0.3)


def _name_of(labels):
    return labels["alertname"].removeprefix("Mailsonde")
