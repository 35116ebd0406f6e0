# SPDX-License-Identifier: Apache-2.0
"""Four weeks of probe results against the alerts that page: each incident is found, and nothing else pages.

promtool's unit tests would take ten minutes for it. So Prometheus gets the weeks as blocks, promtool asks it for each
alert's expression over the whole time, with the recording rules written out, and `for` and `keep_firing_for` are
applied here."""

import json
import pathlib
import subprocess
import sys
import unittest

import history
import inline
import rulefiles

from parts import ports, prometheus, tempdirs

ALERTS = ("MailsondeTemporaryFailuresRising", "Mailsonde451Rising", "MailsondeRelayDown",
          "MailsondeRelayErrorBudgetBurn", "MailsondeSourceBlocklisted", "MailsondeRelayAuthFailing")
BEGIN = 1_700_006_400  # a moment in the past that two hours divide, as blocks do
STEP = 60
STEPS_PER_QUERY = 10_000  # Prometheus answers with 11,000 at most
GRACE = 60 * 60  # after an incident its page may still stand: windows, and keep_firing_for


def seconds_of(duration):
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[duration[-1]]


def episodes(times, rule):
    """(from, to) of each time the alert fires, given the times at which its expression holds."""
    wait, keep = (seconds_of(rule.get(key, "0s")) for key in ("for", "keep_firing_for"))
    found, active_since, last = [], None, None
    for time in times:
        if active_since is None or time - last > STEP and not (found and found[-1][1] == last and time - last <= keep):
            active_since = time
        last = time
        if time - active_since >= wait:
            if found and found[-1][0] >= active_since:
                found[-1][1] = time
            else:
                found.append([time, time])
    return [(begin, end + keep) for begin, end in found]


class ReplayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempdirs.private_folder())
        cls._make_blocks()
        server = prometheus.Prometheus(cls.folder / "prometheus", ports.free_port(), "127.0.0.1:9")
        cls.prometheus = cls.enterClassContext(server)
        cls.rules = rulefiles.load(rulefiles.RULES)

    @classmethod
    def _make_blocks(cls):
        text = cls.folder / "history.om"
        with open(text, "w", encoding="ascii") as file:
            history.write_openmetrics(file, BEGIN)
        data = cls.folder / "prometheus" / "data"
        data.mkdir(parents=True)
        # Without the option promtool reads the whole file again for every two hours.
        arguments = ["--max-block-duration=672h", "openmetrics", "-q", text, data]
        subprocess.run(["promtool", "tsdb", "create-blocks-from"] + arguments, check=True, timeout=120)

    def test_three_incidents_are_found_and_nothing_else_pages(self):
        alerts = [rule for rule in rulefiles.rules_of(rulefiles.load(rulefiles.ALERTS))
                  if rule["alert"] in ALERTS and rule["labels"]["severity"] == "critical"]
        found, false = set(), []
        for rule in alerts:
            for labels, times in self._holds(rule):
                for begin, end in episodes(times, rule):
                    incident = self._incident_of(labels, begin)
                    if incident is None:
                        false.append((rule["alert"], labels, (begin - BEGIN) / 3600))
                    else:
                        found.add(incident)
                        after = (begin - BEGIN) // 60 - history.begin_of(incident)
                        print("%s %s: after %d minutes, for %d" % (rule["alert"], incident.target, after,
                                                                  (end - begin) // 60), file=sys.stderr)
        print("incidents: %d of %d found, false pages: %d" % (len(found), len(history.INCIDENTS), len(false)),
              file=sys.stderr)
        self.assertEqual((len(found), false), (len(history.INCIDENTS), []))

    def _holds(self, rule):
        """(labels, times) of each series of the alert's expression."""
        expression = inline.written_out(rule["expr"], self.rules)
        end = BEGIN + history.DAYS * 86400
        series = {}
        for begin in range(BEGIN, end, STEP * STEPS_PER_QUERY):
            until = min(end, begin + STEP * (STEPS_PER_QUERY - 1))
            arguments = ["-o", "json", "--start=%d" % begin, "--end=%d" % until, "--step=%ds" % STEP]
            done = subprocess.run(["promtool", "query", "range"] + arguments + [self.prometheus.url, expression],
                                  capture_output=True, text=True, check=True, timeout=120)
            for row in json.loads(done.stdout):
                times = series.setdefault(json.dumps(row["metric"], sort_keys=True), [])
                times.extend(int(time) for time, _ in row["values"])
        return [(json.loads(labels), sorted(times)) for labels, times in series.items()]

    @staticmethod
    def _incident_of(labels, time):
        for incident in history.INCIDENTS:
            begin = BEGIN + history.begin_of(incident) * 60
            if labels.get("target") == incident.target and begin <= time <= begin + incident.hours * 3600 + GRACE:
                return incident
        return None


if __name__ == "__main__":
    unittest.main()
