# SPDX-License-Identifier: Apache-2.0
"""Alertmanager with a given configuration."""

import json
import urllib.request

from parts import processes, tempdirs


class Alertmanager(processes.Server):
    _ready = "Alertmanager is ready"
    _seconds = 30

    def __init__(self, folder, port, config):
        """`config` is the text of its configuration file."""
        tempdirs.own_folder(folder)
        path = folder / "alertmanager.yml"
        path.write_text(config)
        self.address = "127.0.0.1:%d" % port
        self._url = "http://" + self.address
        self._log = folder / "console"
        self._arguments = ["prometheus-alertmanager", "--config.file=%s" % path,
                           "--storage.path=%s" % (folder / "data"),
                           "--web.listen-address=%s" % self.address, "--cluster.listen-address="]

    def _is_ready(self):
        return processes.is_well(self._url + "/-/ready")

    def post(self, alerts):
        """Alerts as Prometheus sends them: a list of labels."""
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        request = urllib.request.Request(self._url + "/api/v2/alerts", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()

    def alerts(self):
        """What it knows: a list of (labels, state, receivers); the state is unprocessed, active or suppressed."""
        with urllib.request.urlopen(self._url + "/api/v2/alerts", timeout=5) as answer:
            known = json.load(answer)
        return [(alert["labels"], alert["status"]["state"], [receiver["name"] for receiver in alert["receivers"]])
                for alert in known]
