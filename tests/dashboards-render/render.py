#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws each dashboard from a live Prometheus with the tests' history, by Grafana's own components in headless
Chromium, and looks at what is shown: no error, no "No data", the key words there. The pictures go to docs/img."""

import functools
import http.server
import json
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "dashboards"))
import grafana  # noqa: E402
import history  # noqa: E402
import house  # noqa: E402
import world  # noqa: E402

SPAN = history.LAST - world.START
WIDTH, CELL, HEAD = 1600, 38, 60
MUST_SHOW = {
    "mailsonde-fleet": ["microsoft", "rate_limited", "prober", "heath-04.example", "suspected"],
    "mailsonde-destination": ["451 4.7.500 rate_limited", "mx1.aurora-01.example", "TLSv1.3", "usual"],
    "mailsonde-relay": ["out-3", "out-7", "auth_failed", "valid"],
    "mailsonde-sources": ["pool-a at yahoo", "pool-b", "reputation", "not confirmed", "PTR published"],
    "mailsonde-prober": ["127.0.0.1:53", "loaded", "up", "0.1.0", "SERVFAIL"],
}
PAGE = """<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="bundle.css"><style>
body { margin: 0; background: #111217; color: #ccccdc; font-family: "DejaVu Sans", sans-serif; font-size: 14px;
       line-height: 1.57; font-variant-ligatures: none; }
*, *::before, *::after { box-sizing: border-box; } p, h2, h6 { margin: 0; }
button { background: none; border: none; color: inherit; font: inherit; }
</style></head><body><div id="root"></div><script src="bundle.js"></script></body></html>"""


class Server(http.server.ThreadingHTTPServer):
    """Gives the page of one dashboard and takes what it has to say."""

    def __init__(self, folder, page):
        self.files = {"/": ("text/html", PAGE.encode()), "/page.json": ("application/json", json.dumps(page).encode()),
                      "/bundle.js": ("text/javascript", (folder / "bundle.js").read_bytes()),
                      "/bundle.css": ("text/css", (folder / "bundle.css").read_bytes())}
        self.said = queue.Queue()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = self.server.files.get(self.path, ("text/plain", b""))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.said.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def opened(dashboard):
    """All panels, rows opened, each row below what stands before it."""
    bottom, shown = 0, []
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            shown.append(panel)
            bottom = max(bottom, panel["gridPos"]["y"] + panel["gridPos"]["h"])
    for row in (panel for panel in dashboard["panels"] if panel["type"] == "row"):
        shown.append({**row, "gridPos": {**row["gridPos"], "y": bottom}})
        lift = bottom + 1 - row["panels"][0]["gridPos"]["y"]
        for panel in row["panels"]:
            shown.append({**panel, "gridPos": {**panel["gridPos"], "y": panel["gridPos"]["y"] + lift}})
        bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in shown)
    return shown, bottom


class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="mailsonde-render-")))
        subprocess.run([HERE / "node_modules" / ".bin" / "esbuild", "src/page.tsx", "--bundle", "--minify",
                        "--outfile=%s" % (cls.folder / "bundle.js"), "--define:process.env.NODE_ENV=\"production\"",
                        "--loader:.svg=text", "--loader:.ttf=empty", "--log-level=error",
                        "--alias:react-custom-scrollbars-2=./src/scrollbars.ts"], cwd=HERE, check=True, timeout=300)
        cls.prometheus = cls.enterClassContext(history.Prometheus(cls.folder))

    def draw(self, name):
        dashboard = house.dashboards()[name]
        panels, bottom = opened(dashboard)
        values = self.values(dashboard)
        steps = {panel["id"]: grafana.step(panel, SPAN) for panel in panels}
        for panel in panels:
            answer = functools.partial(self.answer, values, steps[panel["id"]])
            panel["answers"] = [answer(target) for target in panel.get("targets", [])]
        page = {"title": dashboard["title"], "start": world.START, "end": history.LAST, "steps": steps,
                "panels": panels}
        said = self.photograph(name, page, HEAD + bottom * CELL)
        self.assertEqual(said["problems"], [])
        self.assertNotIn("No data", said["text"])
        for words in MUST_SHOW[name]:
            self.assertIn(words, said["text"])
        for panel in panels:
            self.assertIn(panel["title"], said["text"])

    def values(self, dashboard):
        values = {}
        for variable in grafana.variables(dashboard):
            selector, label = grafana.label_values(variable)
            if variable["includeAll"]:
                values[variable["name"]] = variable["allValue"]
            else:
                found = self.prometheus.ask("label/%s/values" % label, start=world.START, end=history.LAST,
                                            **{"match[]": grafana.filled(selector, values, 60, SPAN, world.STEP)})
                values[variable["name"]] = grafana.escaped(found[0])
        return values

    def answer(self, values, step, target):
        expression = grafana.filled(target["expr"], values, step, SPAN, world.STEP)
        if target["instant"]:
            data = self.prometheus.ask("query", query=expression, time=history.LAST)
        else:
            data = self.prometheus.ask("query_range", query=expression, start=world.START, end=history.LAST, step=step)
        return {"refId": target["refId"], "legend": target.get("legendFormat", ""),
                "table": target.get("format") == "table", "rows": data["result"]}

    def photograph(self, name, page, height):
        picture = house.TREE / "docs" / "img" / ("%s.png" % name)
        picture.parent.mkdir(exist_ok=True)
        server = Server(self.folder, page)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                            "--disable-dev-shm-usage", "--user-data-dir=%s" % (self.folder / "profile"),
                            "--window-size=%d,%d" % (WIDTH, height), "--virtual-time-budget=15000",
                            "--screenshot=%s" % picture, "http://127.0.0.1:%d/" % server.server_address[1]],
                           check=True, timeout=180, capture_output=True)
            return server.said.get(timeout=10)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def case(name):
    return lambda self: self.draw(name)


for dashboard_name in MUST_SHOW:
    setattr(Pictures, "test_" + dashboard_name.replace("-", "_"), case(dashboard_name))


if __name__ == "__main__":
    unittest.main()
