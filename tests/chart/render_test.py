# SPDX-License-Identifier: Apache-2.0
"""What the objects say."""

import json
import pathlib
import subprocess
import tempfile
import unittest

import yaml

import chart

CONFIG = '[[destinations]]\ndomain = "example.com"\n'


def ports(rule):
    return [(port["protocol"], port["port"]) for port in rule["ports"]]


class Pods(unittest.TestCase):
    def test_by_default_one_pod_probes_and_nothing_needs_a_crd(self):
        objects = chart.render()
        self.assertEqual(sorted(kind for kind, _ in objects), ["ConfigMap", "Deployment", "Service", "ServiceAccount"])
        spec = chart.only(objects, "Deployment")["spec"]
        self.assertEqual((spec["replicas"], spec["strategy"]), (1, {"type": "Recreate"}))
        self.assertFalse([flag for flag in chart.container(objects)["args"] if flag.startswith("--shard")])

    def test_of_three_shards_each_pod_of_a_stateful_set_probes_the_one_of_its_ordinal(self):
        objects = chart.render({"shards": 3})
        self.assertNotIn("Deployment", [kind for kind, _ in objects])
        spec = chart.only(objects, "StatefulSet")["spec"]
        self.assertEqual((spec["replicas"], spec["podManagementPolicy"]), (3, "Parallel"))
        service = chart.only(objects, "Service")
        # Headless, or the pods have no names.
        self.assertEqual((service["metadata"]["name"], service["spec"]["clusterIP"]), (spec["serviceName"], "None"))
        container = chart.container(objects)
        self.assertIn("--shard=$(SHARD)/3", container["args"])
        (shard,) = container["env"]
        self.assertEqual(shard["name"], "SHARD")
        # Set by Kubernetes 1.28 and later; the first is 0, as the program counts.
        self.assertEqual(shard["valueFrom"]["fieldRef"]["fieldPath"], "metadata.labels['apps.kubernetes.io/pod-index']")

    def test_the_pod_has_no_rights(self):
        for shards in (1, 3):
            objects = chart.render({"shards": shards})
            spec = chart.pod(objects)["spec"]
            self.assertIs(spec["automountServiceAccountToken"], False)
            self.assertIs(chart.only(objects, "ServiceAccount")["automountServiceAccountToken"], False)
            self.assertIs(spec["enableServiceLinks"], False)
            self.assertTrue(spec["securityContext"]["runAsNonRoot"])
            self.assertEqual(spec["securityContext"]["runAsUser"], 65532)
            self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertEqual(chart.container(objects)["securityContext"],
                             {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                              "capabilities": {"drop": ["ALL"]}})

    def test_kubernetes_asks_whether_it_lives_and_is_ready(self):
        container = chart.container(chart.render())
        self.assertEqual(container["livenessProbe"]["httpGet"], {"path": "/-/healthy", "port": "http"})
        self.assertEqual(container["readinessProbe"]["httpGet"], {"path": "/-/ready", "port": "http"})
        self.assertEqual(container["ports"], [{"name": "http", "containerPort": 10451}])

    def test_every_object_says_what_it_belongs_to(self):
        for (kind, name), found in chart.render(chart.ALL_ON, release="prod").items():
            labels = found["metadata"]["labels"]
            self.assertEqual({key: labels.get(key) for key in (
                "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by")}, {
                    "app.kubernetes.io/name": "mailsonde", "app.kubernetes.io/instance": "prod",
                    "app.kubernetes.io/managed-by": "Helm"}, (kind, name))
            self.assertEqual(found["metadata"]["namespace"], "mail")
            self.assertRegex(labels["helm.sh/chart"], r"^mailsonde-\d")
            self.assertRegex(labels["app.kubernetes.io/version"], r"^\d+\.\d+\.\d+$")

    def test_a_digest_replaces_the_tag(self):
        digest = "sha256:" + "0" * 64
        self.assertRegex(chart.container(chart.render())["image"], r"/mailsonde:\d+\.\d+\.\d+$")
        self.assertRegex(chart.container(chart.render({"image": {"tag": "x", "digest": digest}}))["image"],
                         "/mailsonde@%s$" % digest)

    def test_names_of_any_release_fit_and_selectors_meet_the_pods(self):
        for release in ("mailsonde", "prod", "r" * 53):
            for shards in (1, 2):
                objects = chart.render({**chart.ALL_ON, "shards": shards}, release=release)
                labels = chart.pod(objects)["metadata"]["labels"]
                name = chart.only(objects, "Service")["metadata"]["name"]
                self.assertLessEqual(len(name), 52)
                selectors = [chart.only(objects, "Service")["spec"]["selector"],
                             chart.only(objects, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"]]
                for selector in selectors:
                    self.assertLessEqual(selector.items(), labels.items())
                    self.assertEqual(selector["app.kubernetes.io/instance"], release)
                monitor = chart.only(objects, "ServiceMonitor")["spec"]["selector"]["matchLabels"]
                self.assertLessEqual(monitor.items(), chart.only(objects, "Service")["metadata"]["labels"].items())


class Configuration(unittest.TestCase):
    def checksum(self, **values):
        return chart.pod(chart.render(values))["metadata"]["annotations"].get("checksum/config")

    def test_pods_restart_when_the_configuration_changes_and_only_then(self):
        first = self.checksum(config=CONFIG)
        self.assertEqual(first, self.checksum(config=CONFIG, log={"level": "debug"}))
        self.assertNotEqual(first, self.checksum(config=CONFIG + "# more\n"))
        self.assertNotEqual(first, self.checksum(config=CONFIG, files={"targets.json": "[]"}))
        self.assertIsNone(self.checksum(config=CONFIG, restartOnChange=False))

    def test_configuration_and_secrets_are_one_folder_that_follows_changes(self):
        objects = chart.render({"config": CONFIG, "files": {"a.json": "[]"}, "existingSecrets": ["one", "two"]})
        self.assertEqual(chart.only(objects, "ConfigMap")["data"], {"mailsonde.toml": CONFIG, "a.json": "[]"})
        (volume,) = [volume for volume in chart.pod(objects)["spec"]["volumes"] if volume["name"] == "config"]
        # The last wins where names collide: a Secret must not replace the configuration.
        self.assertEqual(volume["projected"]["sources"], [
            {"secret": {"name": "one"}}, {"secret": {"name": "two"}}, {"configMap": {"name": "mailsonde"}}])
        self.assertEqual(volume["projected"]["defaultMode"], 0o440)
        (mount,) = [mount for mount in chart.container(objects)["volumeMounts"] if mount["name"] == "config"]
        self.assertEqual(mount, {"name": "config", "mountPath": "/etc/mailsonde", "readOnly": True})
        self.assertIn("--config.enable-auto-reload", chart.container(objects)["args"])

    def test_any_text_reaches_the_configuration_as_it_is(self):
        config = 'x = "{{ .Values }}"\n\ty = \'\\d\' # \u00e4\n\n'
        objects = chart.render({"config": config, "files": {"a": "  {{ b }}\n"}})
        self.assertEqual(chart.only(objects, "ConfigMap")["data"], {"mailsonde.toml": config, "a": "  {{ b }}\n"})

    def test_an_existing_config_map_replaces_the_charts(self):
        objects = chart.render({"existingConfigMap": "theirs"})
        self.assertNotIn("ConfigMap", [kind for kind, _ in objects])
        self.assertEqual(chart.pod(objects)["spec"]["volumes"][0]["projected"]["sources"],
                         [{"configMap": {"name": "theirs"}}])
        self.assertNotIn("checksum/config", chart.pod(objects)["metadata"]["annotations"])

    def test_notes_say_what_is_missing(self):
        self.assertIn("There is no target yet", chart.notes({}))
        self.assertIn("has no helo", chart.notes({}))
        self.assertIn("in one pod", chart.notes({}))
        whole = chart.notes(chart.CHART / "ci" / "sharded-values.yaml")
        for told in ("There is no target", "has no helo", "There is a volume, but", "Prometheus does not know"):
            self.assertNotIn(told, whole)
        self.assertIn("in 3 pods", whole)
        self.assertIn("There is a volume, but", chart.notes({"config": CONFIG, "persistence": {"enabled": True}}))


class State(unittest.TestCase):
    def volume(self, objects):
        found = [volume for volume in chart.pod(objects)["spec"]["volumes"] if volume["name"] == "state"]
        self.assertIn({"name": "state", "mountPath": "/var/lib/mailsonde"}, chart.container(objects)["volumeMounts"])
        return found

    def test_without_persistence_it_lives_as_long_as_the_pod(self):
        for shards in (1, 3):
            self.assertEqual(self.volume(chart.render({"shards": shards})),
                             [{"name": "state", "emptyDir": {"sizeLimit": "64Mi"}}])

    def test_one_pod_has_a_claim_or_an_existing_one(self):
        objects = chart.render({"persistence": {"enabled": True}})
        self.assertEqual(self.volume(objects), [{"name": "state", "persistentVolumeClaim": {"claimName": "mailsonde"}}])
        claim = chart.only(objects, "PersistentVolumeClaim")["spec"]
        self.assertEqual(claim, {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "64Mi"}}})
        objects = chart.render({"persistence": {"enabled": True, "existingClaim": "mine"}})
        self.assertEqual(self.volume(objects)[0]["persistentVolumeClaim"], {"claimName": "mine"})
        self.assertNotIn("PersistentVolumeClaim", [kind for kind, _ in objects])

    def test_shards_have_a_claim_each(self):
        objects = chart.render({"shards": 3, "persistence": {"enabled": True, "storageClass": "fast"}})
        self.assertEqual(self.volume(objects), [])
        (claim,) = chart.only(objects, "StatefulSet")["spec"]["volumeClaimTemplates"]
        self.assertEqual((claim["metadata"]["name"], claim["spec"]["storageClassName"]), ("state", "fast"))
        self.assertNotIn("PersistentVolumeClaim", [kind for kind, _ in objects])


class Network(unittest.TestCase):
    def test_the_policy_lets_out_dns_and_smtp_and_in_scrapes(self):
        spec = chart.only(chart.render(chart.ALL_ON), "NetworkPolicy")["spec"]
        self.assertEqual(spec["policyTypes"], ["Ingress", "Egress"])
        dns, smtp = spec["egress"]
        self.assertEqual(ports(dns), [("UDP", 53), ("TCP", 53)])
        self.assertEqual(ports(smtp), [("TCP", 25), ("TCP", 465), ("TCP", 587)])
        (scrape,) = spec["ingress"]
        self.assertEqual((ports(scrape), "from" in scrape), ([("TCP", 10451)], False))

    def test_who_may_scrape_can_be_narrowed(self):
        peer = {"podSelector": {}}
        values = {"port": 1234, "networkPolicy": {"enabled": True, "ingressFrom": [peer]}}
        (scrape,) = chart.only(chart.render(values), "NetworkPolicy")["spec"]["ingress"]
        self.assertEqual(scrape, {"ports": [{"port": 1234, "protocol": "TCP"}], "from": [peer]})

    def test_on_the_nodes_network_names_are_still_the_clusters(self):
        spec = chart.pod(chart.render({"hostNetwork": True}))["spec"]
        self.assertEqual((spec["hostNetwork"], spec["dnsPolicy"]), (True, "ClusterFirstWithHostNet"))


class Monitoring(unittest.TestCase):
    def relabelings(self, **values):
        (endpoint,) = chart.only(chart.render({**chart.ALL_ON, **values}), "ServiceMonitor")["spec"]["endpoints"]
        self.assertEqual((endpoint["port"], endpoint["path"]), ("http", "/metrics"))
        return endpoint["relabelings"]

    def test_the_job_is_the_one_that_the_alerts_know(self):
        alerts = (chart.RULES / "mailsonde.alerts.yml").read_text()
        self.assertIn('absent(up{job="mailsonde"})', alerts)
        self.assertIn({"targetLabel": "job", "replacement": "mailsonde"}, self.relabelings())

    def labels_of(self, discovered, relabelings):
        """What Prometheus makes of a target that it discovers."""
        config = {"scrape_configs": [{
            "job_name": "serviceMonitor/mail/mailsonde/0",
            "static_configs": [{"targets": ["10.0.0.9:10451"], "labels": discovered}],
            "relabel_configs": [{{"targetLabel": "target_label", "sourceLabels": "source_labels"}.get(key, key): value
                                 for key, value in step.items()} for step in relabelings]}]}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "prometheus.yml"
            file.write_text(yaml.safe_dump(config))
            done = subprocess.run(["promtool", "check", "service-discovery", file, "serviceMonitor/mail/mailsonde/0",
                                   "--timeout=1s"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        (target,) = json.loads(done.stdout)
        return {name: value for name, value in target["labels"].items() if not name.startswith("__")}

    def test_instances_outlive_pods_and_are_where_they_listen(self):
        # The labels that the operator's own steps set before these.
        discovered = {"__meta_kubernetes_pod_name": "mailsonde-2", "pod": "mailsonde-2", "container": "mailsonde",
                      "namespace": "mail", "service": "mailsonde", "endpoint": "http"}
        self.assertEqual(self.labels_of(discovered, self.relabelings()),
                         {"job": "mailsonde", "instance": "mailsonde.mail.svc:10451", "namespace": "mail"})
        self.assertEqual(self.labels_of(discovered, self.relabelings(shards=3)),
                         {"job": "mailsonde", "instance": "mailsonde-2.mailsonde.mail.svc:10451", "namespace": "mail"})

    def test_the_rules_are_the_repositorys_and_please_promtool(self):
        spec = chart.only(chart.render(chart.ALL_ON), "PrometheusRule")["spec"]
        files = [chart.RULES / name for name in ("mailsonde.rules.yml", "mailsonde.alerts.yml")]
        expected = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
        self.assertGreater(len(expected), 5)
        self.assertEqual(spec["groups"], expected)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "rules.yml"
            file.write_text(yaml.safe_dump(spec))
            done = subprocess.run(["promtool", "check", "rules", "--lint=all", "--lint-fatal", file],
                                  capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_dashboard_is_a_config_map_for_the_sidecar(self):
        objects = chart.render(chart.ALL_ON)
        found = {}
        for (kind, name), value in objects.items():
            if kind == "ConfigMap" and "-dashboard-" in name:
                self.assertEqual(value["metadata"]["labels"]["grafana_dashboard"], "1")
                found.update(value["data"])
        sources = {path.name: path.read_text() for path in (chart.TREE / "dashboards").glob("mailsonde-*.json")}
        self.assertEqual(sorted(found), sorted(sources))
        for name, text in sources.items():
            self.assertEqual(json.loads(found[name]), json.loads(text), name)


if __name__ == "__main__":
    unittest.main()
