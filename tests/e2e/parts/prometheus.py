# SPDX-License-Identifier: Apache-2.0
"""Prometheus that scrapes one exporter and judges its rules as often, and promtool."""

import json
import signal
import subprocess
import urllib.parse
import urllib.request

from parts import processes, tempdirs

_CONFIG = """
global:
  scrape_interval: {every}ms
  scrape_timeout: {every}ms
  evaluation_interval: {every}ms
scrape_configs:
  - job_name: mailsonde
    static_configs:
      - targets: ["{exporter}"]
"""

_ALERTING = """
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["%s"]
"""


class Prometheus(processes.Server):
    _ready = "Prometheus is ready"
    _seconds = 30

    def __init__(self, folder, port, exporter, rules=(), alertmanager=None, every=1):
        """`exporter` and `alertmanager` are host:port, `rules` are paths or patterns of them, `every` is in seconds."""
        tempdirs.own_folder(folder)
        config = folder / "prometheus.yml"
        text = _CONFIG.format(exporter=exporter, every=round(every * 1000))
        if rules:
            text += "rule_files: %s\n" % json.dumps([str(path) for path in rules])
        if alertmanager:
            text += _ALERTING % alertmanager
        config.write_text(text)
        self.url = "http://127.0.0.1:%d" % port
        self._log = folder / "console"
        self._arguments = ["prometheus", "--config.file=%s" % config, "--storage.tsdb.path=%s" % (folder / "data"),
                           "--web.listen-address=127.0.0.1:%d" % port]

    def _is_ready(self):
        return processes.is_well(self.url + "/-/ready")

    def reload(self):
        """Reads its rules again."""
        self._process.signal(signal.SIGHUP)

    def query(self, expression, time=None):
        """The result of an instant query: a list of (labels, value)."""
        arguments = {"query": expression}
        if time is not None:
            arguments["time"] = time
        address = self.url + "/api/v1/query?" + urllib.parse.urlencode(arguments)
        with urllib.request.urlopen(address, timeout=5) as answer:
            result = json.load(answer)["data"]["result"]
        return [(row["metric"], float(row["value"][1])) for row in result]

    def samples(self, selector):
        """All samples of the one series that a range selector such as up[1m] finds: a list of (time, value)."""
        address = self.url + "/api/v1/query?" + urllib.parse.urlencode({"query": selector})
        with urllib.request.urlopen(address, timeout=5) as answer:
            result = json.load(answer)["data"]["result"]
        return [(float(time), float(value)) for row in result for time, value in row["values"]]

    def target(self):
        """State of the scraped exporter: health, lastError, ...; None before it is known."""
        with urllib.request.urlopen(self.url + "/api/v1/targets", timeout=5) as answer:
            active = json.load(answer)["data"]["activeTargets"]
        return active[0] if active else None


def lint(exposition):
    """What `promtool check metrics` complains of; empty when it is content."""
    done = subprocess.run(["promtool", "check", "metrics"], input=exposition.encode(), capture_output=True, timeout=20)
    complaints = (done.stdout + done.stderr).decode(errors="replace").strip()
    if done.returncode != 0 and not complaints:
        complaints = "exit status %d" % done.returncode
    return complaints
