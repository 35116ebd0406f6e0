# SPDX-License-Identifier: Apache-2.0
"""Writes the world's history as blocks of Prometheus, and serves them with Debian's Prometheus.

The blocks are kept in build/dashboards as long as what they are made from does not change: writing them takes a minute.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import house
import series
import world

sys.path.insert(0, str(house.TREE / "tests" / "e2e"))
from parts import ports, processes  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CACHE = house.TREE / "build" / "dashboards"
BLOCK = 2 * 3600 // world.STEP  # scrapes in a block, and in a file: promtool reads a file once for each block in it
LAST = world.START + (world.STEPS - 1) * world.STEP


def blocks():
    """The folder of the blocks, written if there is none for this very history."""
    digest = hashlib.sha256()
    for made_by in (HERE / "world.py", HERE / "series.py", HERE / "history.py", house.TREE / "docs" / "outcomes.md"):
        digest.update(made_by.read_bytes())
    folder = CACHE / ("history-" + digest.hexdigest()[:16])
    if not folder.exists():
        for stale in CACHE.glob("history-*"):
            shutil.rmtree(stale)
        unfinished = folder.with_name("history-unfinished")
        unfinished.mkdir(parents=True)
        write(unfinished)
        unfinished.rename(folder)
    return folder


def write(folder):
    """Blocks of all series, by promtool."""
    everything = [(line_start(name, labels), values) for name, labels, values in series.everything()]
    for first in range(0, world.STEPS, BLOCK):
        steps = range(first, min(first + BLOCK, world.STEPS))
        ends = [" %d\n" % (world.START + step * world.STEP) for step in steps]
        text = folder / "history.txt"
        with open(text, "w", encoding="ascii") as file:
            for start, values in everything:
                file.write("".join(["%s%s%s" % (start, value, end)
                                    for value, end in zip(values[steps.start:steps.stop], ends) if value is not None]))
            file.write("# EOF\n")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", text, folder],
                       check=True, timeout=300, stdout=subprocess.DEVNULL)
        text.unlink()


def line_start(name, labels):
    return "%s{%s} " % (name, ",".join('%s="%s"' % pair for pair in labels.items()))


class Refused(Exception):
    """What Prometheus says of an expression that it does not take."""


class Prometheus:
    """Prometheus over a copy of the blocks; scrapes nothing."""

    def __init__(self, folder, port=None):
        self.port = port or ports.free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        data = folder / "data"
        shutil.copytree(blocks(), data, copy_function=link)
        config = folder / "prometheus.yml"
        config.write_text("global: { scrape_interval: 1m }\n")
        self._log = folder / "prometheus.log"
        self._arguments = ["prometheus", "--config.file=%s" % config, "--storage.tsdb.path=%s" % data,
                           "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:%d" % self.port,
                           "--web.cors.origin=http://127.0.0.1.*"]

    def __enter__(self):
        self._process = processes.Process(self._arguments, self._log)
        try:
            self._process.wait_until(self._is_ready, 60, "Prometheus is ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.stop()

    @property
    def pid(self):
        return self._process.pid

    def _is_ready(self):
        try:
            return urllib.request.urlopen(self.url + "/-/ready", timeout=1).status == 200
        except OSError:
            return False

    def ask(self, path, **parameters):
        """The data of an answer of its API."""
        address = "%s/api/v1/%s?%s" % (self.url, path, urllib.parse.urlencode(parameters))
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.read().decode()) from None


def link(source, target):
    """As shutil.copy, without copying: Prometheus replaces its files, it does not write into them."""
    pathlib.Path(target).hardlink_to(source)
