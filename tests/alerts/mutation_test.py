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
IN_ONE_RUN = 8  # of a long case promtool does one in 3 s
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
            results = list(pool.map(self._of_alert, *zip(*self._parts())))
            results += pool.map(self._of_records, mutants.of_records(rulefiles.rules_of(self.rules)))
        count = sum(made for made, _ in results)
        survivors = [survivor for _, survived in results for survivor in survived]
        print("mutants: %d, killed: %d" % (count, count - len(survivors)), file=sys.stderr)
        self.assertGreater(count, 200)
        self.assertEqual(survivors, [], "\n" + "\n".join(survivors))

    def _parts(self):
        """(name of an alert, some of its mutants: what each is and the alert's rules with it)."""
        for name in rulefiles.alert_names():
            own = [rule for rule in rulefiles.rules_of(self.alerts) if rule["alert"] == name]
            made = [(mutant.what, [mutant.rule if other is rule else other for other in own])
                    for rule in own for mutant in mutants.of_alert(rule)]
            for first in range(0, len(made), IN_ONE_RUN):
                yield name, made[first:first + IN_ONE_RUN]

    def _of_alert(self, name, made):
        """(number of mutants, what those are that no case notices). All of them in one run: beside each other."""
        changed_to = {"Mutant%d" % number: rules for number, (_, rules) in enumerate(made)}
        killed = mismatches(name, self.rules, self.alerts, changed_to)
        return len(made), ["%s: %s" % (name, what) for stands_for, (what, _) in zip(changed_to, made)
                           if stands_for not in killed]

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
