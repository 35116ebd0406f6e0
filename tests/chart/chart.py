# SPDX-License-Identifier: Apache-2.0
"""The chart, as helm renders it."""

import functools
import json
import pathlib
import subprocess
import tempfile

import yaml

TREE = pathlib.Path(__file__).resolve().parents[2]
CHART = TREE / "deploy" / "chart"
CI = sorted((CHART / "ci").glob("*-values.yaml"))
RULES = TREE / "deploy" / "prometheus"
HELM = pathlib.Path(__file__).parent / "node_modules" / ".helm" / "helm"

# What makes every object but the StatefulSet.
ALL_ON = {switch: {"enabled": True}
          for switch in ("persistence", "serviceMonitor", "prometheusRule", "dashboards", "networkPolicy")}


class Refused(Exception):
    """What helm says about values that it does not take."""


def helm(*arguments):
    done = subprocess.run([HELM, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        # The links of files/ are told on every run.
        raise Refused("\n".join(line for line in (done.stdout + done.stderr).splitlines()
                                if "found symbolic link" not in line))
    return done.stdout


def with_values(arguments, values):
    """Helm with values: a dict, or a file of ci/."""
    if isinstance(values, pathlib.Path):
        return helm(*arguments, "--values", values)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        return helm(*arguments, "--values", file.name)


def render(values=None, release="mailsonde", namespace="mail", chart=CHART):
    """The objects, by kind and name."""
    text = with_values(["template", release, chart, "--namespace", namespace], values or {})
    objects = [found for found in yaml.load_all(text, Loader=yaml.CSafeLoader) if found]
    by_name = {(found["kind"], found["metadata"]["name"]): found for found in objects}
    assert len(by_name) == len(objects), "two objects of one name"
    return by_name


def only(objects, kind):
    """The one object of that kind."""
    found = [value for (of, _), value in objects.items() if of == kind]
    assert len(found) == 1, "%d objects of kind %s" % (len(found), kind)
    return found[0]


def pod(objects):
    """The template of the pods, whatever makes them."""
    (owner,) = [value for (kind, _), value in objects.items() if kind in ("Deployment", "StatefulSet")]
    return owner["spec"]["template"]


def container(objects):
    (one,) = pod(objects)["spec"]["containers"]
    return one


def config_files(objects):
    """What the configuration's folder holds, by name."""
    (data,) = [value["data"] for (kind, _), value in objects.items()
               if kind == "ConfigMap" and "mailsonde.toml" in value["data"]]
    return data


def notes(values):
    text = with_values(["install", "mailsonde", CHART, "--namespace", "mail", "--dry-run=client"], values)
    return text.partition("\nNOTES:\n")[2]


@functools.cache
def defaults():
    return yaml.safe_load((CHART / "values.yaml").read_text())
