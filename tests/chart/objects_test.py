# SPDX-License-Identifier: Apache-2.0
"""Each object has the types and keys, and pleases the schema, of Kubernetes or of the Prometheus operator."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import chart

MODULES = pathlib.Path(__file__).parent / "node_modules"
COMPILER = {
    "strict": True, "module": "nodenext", "target": "es2022", "skipLibCheck": True, "types": [], "noEmitOnError": True,
}


def program(objects):
    """TypeScript that holds them as literals, where the compiler refuses keys that a type does not have, and has each
    one validated when it runs."""
    lines = []
    for index, found in enumerate(objects):
        operator = found["apiVersion"].startswith("monitoring.coreos.com/")
        module = "%s/%s/%s" % ("@kubernetes-models/prometheus-operator" if operator else "kubernetes-models",
                               found["apiVersion"], found["kind"])
        lines.append("import { %s as K%d, type I%s as T%d } from %s;" %
                     (found["kind"], index, found["kind"], index, json.dumps(module)))
        lines.append("const o%d: T%d = %s;" % (index, index, json.dumps(found, indent=1)))
        lines.append("new K%d(o%d).validate();" % (index, index))
    return "\n".join(lines)


def mistakes(objects):
    """What the compiler, or else the schemas say; nothing if all is well."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "node_modules").symlink_to(MODULES)
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER, "files": ["objects.ts"]}))
        (folder / "objects.ts").write_text(program(objects))
        for command in (["node_modules/.bin/tsc"], ["node", "objects.js"]):
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
            if done.returncode != 0:
                return done.stdout + done.stderr
    return ""


class Objects(unittest.TestCase):
    def test_objects_of_all_ci_files_are_what_kubernetes_knows(self):
        objects = [found for file in chart.CI for found in chart.render(file).values()]
        objects += chart.render({**chart.ALL_ON, "shards": 2}).values()
        kinds = {found["kind"] for found in objects}
        self.assertEqual(kinds, {"ConfigMap", "Deployment", "NetworkPolicy", "PersistentVolumeClaim", "PrometheusRule",
                                 "Service", "ServiceAccount", "ServiceMonitor", "StatefulSet"})
        self.assertEqual(mistakes(objects), "")

    def test_unknown_keys_wrong_types_and_bad_numbers_are_found(self):
        for change, told in (
                (lambda spec: spec["containers"][0].update(argz=[]), r"'\"argz\"' does not exist"),
                (lambda spec: spec.update(enableServiceLinks="no"), "'string' is not assignable to type 'boolean"),
                (lambda spec: spec["securityContext"].update(runAsUser=0.5), "must be integer")):
            objects = chart.render()
            change(chart.pod(objects)["spec"])
            said = mistakes([chart.only(objects, "Deployment")])
            self.assertIsNotNone(re.search(told, said), said)


if __name__ == "__main__":
    unittest.main()
