# SPDX-License-Identifier: Apache-2.0
"""Every clause of every alert is there for a reason: with it removed or loosened, one of the alert's cases fails."""

import concurrent.futures
import copy
import os
import pathlib
import sys
import tempfile
import unittest

import mutants
import rulefiles

AT_ONCE = 2


def replaced(document, old, new):
    """A copy in which the rule `old` is `new`."""
    changed = copy.deepcopy(document)
    for group in changed["groups"]:
        group["rules"] = [new if rule == old else rule for rule in group["rules"]]
    return changed


class MutationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rules = rulefiles.load(rulefiles.RULES)
        cls.alerts = rulefiles.load(rulefiles.ALERTS)

    def test_every_mutant_is_killed(self):
        jobs = list(self._of_alerts()) + list(self._of_records())
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            verdicts = list(pool.map(lambda job: self._is_killed(*job), jobs))
        survivors = ["%s: %s" % (where, what) for (where, what, *_), killed in zip(jobs, verdicts) if not killed]
        print("mutants: %d, killed: %d" % (len(jobs), len(jobs) - len(survivors)), file=sys.stderr)
        self.assertGreater(len(jobs), 100)
        self.assertEqual(survivors, [])

    def _of_alerts(self):
        only = os.environ.get("MAILSONDE_ALERTS", "").split()
        for rule in rulefiles.rules_of(self.alerts):
            if only and rule["alert"] not in only:
                continue
            for mutant in mutants.of_alert(rule):
                yield (rule["alert"], mutant.what, [rule["alert"]], self.rules,
                       replaced(self.alerts, rule, mutant.rule))

    def _of_records(self):
        for rule in rulefiles.rules_of(self.rules):
            users = [alert["alert"] for alert in rulefiles.rules_of(self.alerts)
                     if rule["record"] in rulefiles.needed_records(self.rules, [alert["expr"]])]
            for mutant in mutants.of_record(rule):
                yield (rule["record"], mutant.what, list(dict.fromkeys(users)), replaced(self.rules, rule, mutant.rule),
                       self.alerts)

    def _is_killed(self, where, what, users, rules, alerts):
        for name in users:
            with tempfile.TemporaryDirectory(prefix="mailsonde-alerts-") as folder:
                passed, printed = rulefiles.run_cases(pathlib.Path(folder), name, rules, alerts)
            if not passed and "got:" in printed:
                return True
            self.assertTrue(passed, "%s: %s: no valid rule\n%s" % (where, what, printed))
        return False


if __name__ == "__main__":
    unittest.main()
