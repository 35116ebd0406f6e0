# SPDX-License-Identifier: Apache-2.0
"""A policy server for Postfix' check_policy_service: replies on demand."""

import socketserver

from parts import serving


class PolicyServer(serving.Serving):
    """Answers every question with the text of a file, so that a test switches replies while mail flows: "DUNNO", or
    "451 4.7.1 Try again later"."""

    def __init__(self, folder, port, action="DUNNO"):
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "action"
        self.action = action
        super().__init__(_Server(("127.0.0.1", port), _Connection))
        self._server.read_action = self._file.read_text

    @property
    def action(self):
        return self._file.read_text()

    @action.setter
    def action(self, text):
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._file)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Connection(socketserver.StreamRequestHandler):
    """Lines of name=value, ended by an empty one; many questions on one connection (SMTPD_POLICY_README)."""

    def handle(self):
        asked = False
        for line in self.rfile:
            if line.strip():
                asked = True
            elif asked:
                self.wfile.write(b"action=%s\n\n" % self.server.read_action().encode())
                asked = False
