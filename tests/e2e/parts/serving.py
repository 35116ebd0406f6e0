# SPDX-License-Identifier: Apache-2.0
"""What a server written in Python does: it answers in a thread for as long as its context lasts."""

import threading


class Serving:
    """Base of such a one; `server` is a socketserver."""

    def __init__(self, server):
        self._server = server
        self.port = server.server_address[1]
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
