# SPDX-License-Identifier: Apache-2.0
"""An SMTP server that stops talking at a chosen step and keeps the connection open."""

import socketserver

from parts import serving

STEPS = ("banner", "EHLO", "STARTTLS", "tls", "MAIL", "RCPT", "QUIT")


class HangingServer(serving.Serving):
    """`step` is the command that gets no answer; "banner": not even a greeting; "tls": silence after the
    220 to STARTTLS."""

    def __init__(self, step):
        super().__init__(_Server(("127.0.0.1", 0), _Connection))
        self._server.step = step


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


class _Connection(socketserver.StreamRequestHandler):
    def finish(self):
        try:
            super().finish()
        except OSError:
            pass

    def handle(self):
        try:
            self._talk()
        except OSError:
            pass

    def _talk(self):
        step = self.server.step
        if step == "banner":
            return self._swallow()
        self._say("220 hanging.test ESMTP")
        for line in self.rfile:
            verb = line.split(b" ")[0].strip().upper().decode(errors="replace")
            if verb == step:
                return self._swallow()
            if verb == "EHLO":
                self._say("250-hanging.test\r\n250 STARTTLS" if step in ("STARTTLS", "tls") else "250 hanging.test")
            elif verb == "STARTTLS":
                self._say("220 Go ahead")
                return self._swallow()
            elif verb == "QUIT":
                return self._say("221 Bye")
            else:
                self._say("250 OK")

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def _swallow(self):
        while self.rfile.read1(4096):
            pass
