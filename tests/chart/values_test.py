# SPDX-License-Identifier: Apache-2.0
"""Values: the schema knows what values.yaml has and refuses all else clearly; each value does something."""

import copy
import json
import unittest

import yaml

import chart

SCHEMA = json.loads((chart.CHART / "values.schema.json").read_text())

# The values beside which a value shows that have no effect alone.
BESIDE = {
    "persistence.existingClaim": chart.ALL_ON,
    "serviceAccount.create": {"serviceAccount": {"name": "theirs"}},
}
OTHERS = {
    "shards": 2, "existingConfigMap": "theirs", "persistence.existingClaim": "theirs", "serviceAccount.create": False,
    "podSecurityContext": {"runAsUser": 7}, "securityContext": {"privileged": False},
}


def leaves(values, schema, path=()):
    """Paths of values that have no keys of their own in the schema."""
    for key, value in values.items():
        inner = schema["properties"].get(key, {})
        if "properties" in inner:
            yield from leaves(value, inner, (*path, key))
        else:
            yield (*path, key)


def at(values, path):
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def merged(values, path, value):
    result = copy.deepcopy(values)
    inner = result
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    return result


class Values(unittest.TestCase):
    def test_schema_and_defaults_have_the_same_keys(self):
        def compare(values, schema, where):
            self.assertFalse(schema.get("additionalProperties", True), "%s takes unknown keys" % where)
            # Helm hands `global` to a chart that is part of another.
            self.assertEqual(sorted(values), sorted(set(schema["properties"]) - {"global"}), where)
            for key, inner in schema["properties"].items():
                if "properties" in inner:
                    compare(values[key], inner, "%s.%s" % (where, key))

        compare(chart.defaults(), SCHEMA, "values")

    def test_each_value_changes_what_is_rendered(self):
        everything = yaml.safe_load((chart.CHART / "ci" / "everything-values.yaml").read_text())
        for path in leaves(chart.defaults(), SCHEMA):
            name = ".".join(path)
            value = OTHERS.get(name, at(everything, path))
            base = BESIDE.get(name, {} if path[-1] == "enabled" else chart.ALL_ON)
            with self.subTest(name):
                self.assertNotEqual(value, at(chart.defaults(), path), "everything-values.yaml has the default")
                changed = merged(base, path, value)
                self.assertNotEqual(chart.render(changed), chart.render(base))

    def test_what_means_nothing_is_refused_with_the_place_and_the_reason(self):
        refused = [
            ({"shard": 3}, "additional properties 'shard' not allowed"),
            ({"shards": 0}, "'/shards': minimum: got 0, want 1"),
            ({"shards": 1001}, "'/shards': maximum: got 1,001, want 1,000"),
            ({"shards": "3"}, "'/shards': got string, want integer"),
            ({"config": {"prober": {}}}, "'/config': got object, want string"),
            ({"files": {"targets.d/a.json": ""}}, "'/files': additional properties 'targets.d/a.json' not allowed"),
            ({"files": {"mailsonde.toml": ""}}, "give it as config"),
            ({"log": {"level": "loud"}}, "'/log/level': value must be one of 'debug', 'info', 'warn', 'error'"),
            ({"image": {"digest": "0123"}}, "'/image/digest': '0123' does not match pattern"),
            ({"networkPolicy": {"probedPorts": []}}, "'/networkPolicy/probedPorts': minItems: got 0, want 1"),
            ({"serviceMonitor": {"interval": 30}}, "'/serviceMonitor/interval': got number, want string"),
            ({"existingSecrets": "mine"}, "'/existingSecrets': got string, want array"),
            ({"fullnameOverride": "m" * 53}, "'/fullnameOverride': maxLength: got 53, want 52"),
            ({"shards": 2, "persistence": {"enabled": True, "existingClaim": "mine"}},
             "persistence.existingClaim is for shards: 1"),
            ({"serviceAccount": {"create": False}}, "serviceAccount.name must be given"),
        ]
        for values, why in refused:
            with self.subTest(values), self.assertRaisesRegex(chart.Refused, why):
                chart.render(values)

    def test_it_can_be_part_of_another_chart(self):
        self.assertEqual(chart.render({"global": {"imageRegistry": "x"}}), chart.render())


if __name__ == "__main__":
    unittest.main()
