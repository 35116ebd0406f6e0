# SPDX-License-Identifier: Apache-2.0
"""Every clause of every alert is there for a reason: with it removed or loosened, one of the alert's cases fails."""

import concurrent.futures
import copy
import pathlib
import re
import sys
import tempfile
import unittest

import mutants
import rulefiles

AT_ONCE = 2
_MISMATCH = re.compile(r"alertname: (\w+), time:")


def mismatches(name, rules, alerts, changed_to=None):
    """Which alerts did otherwise than cases/`name`.yml says."""
    with tempfile.TemporaryDirectory(prefix="mailsonde-alerts-") as folder:
        passed, printed = rulefiles.run_cases(pathlib.Path(folder), name, rules, alerts, changed_to)
    found = set(_MISMATCH.findall(printed))
    if not passed and not found:
        raise AssertionError("%s: no valid rules\n%s" % (name, printed))
    return found


class MutationTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.rules = rulefiles.load(rulefiles.RULES)
        cls.alerts = rulefiles.load(rulefiles.ALERTS)

    def test_every_mutant_is_killed(self):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(self._of_alert, rulefiles.alert_names()))
            results += pool.map(self._of_records, mutants.of_records(rulefiles.rules_of(self.rules)))
        count = sum(made for made, _ in results)
        survivors = [survivor for _, survived in results for survivor in survived]
        print("mutants: %d, killed: %d" % (count, count - len(survivors)), file=sys.stderr)
        self.assertGreater(count, 200)
        self.assertEqual(survivors, [], "\n" + "\n".join(survivors))

    def _of_alert(self, name):
        """(number of mutants, what those are that no case notices). All of them in one run: beside each other."""
        own = [rule for rule in rulefiles.rules_of(self.alerts) if rule["alert"] == name]
        made, changed_to = {}, {}
        for rule in own:
            for mutant in mutants.of_alert(rule):
                stands_for = "Mutant%d" % len(made)
                made[stands_for] = "%s: %s" % (name, mutant.what)
                changed_to[stands_for] = [mutant.rule if other is rule else other for other in own]
        killed = mismatches(name, self.rules, self.alerts, changed_to)
        return len(made), [what for stands_for, what in made.items() if stands_for not in killed]

    def _of_records(self, mutant):
        rules = copy.deepcopy(self.rules)
        for group in rules["groups"]:
            group["rules"] = [mutant.rule.get(rule["record"], rule) for rule in group["rules"]]
        users = {alert["alert"] for alert in rulefiles.rules_of(self.alerts)
                 if rulefiles.needed_records(self.rules, [alert["expr"]]) & set(mutant.rule)}
        users = sorted(users, key=lambda user: (rulefiles.CASES / (user + ".yml")).stat().st_size)
        survived = not any(mismatches(user, rules, self.alerts) for user in users)
        return 1, ["recording rules: %s" % mutant.what] if survived else []


if __name__ == "__main__":
    unittest.main()
