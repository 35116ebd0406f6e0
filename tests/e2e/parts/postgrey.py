# SPDX-License-Identifier: Apache-2.0
"""postgrey, Postfix' greylisting policy server."""

from parts import processes, tempdirs


class Postgrey(processes.Server):
    """Refuses a new (client, sender, recipient) with 450 4.2.0 until `delay` seconds have passed."""

    _ready = "postgrey listens"

    def __init__(self, folder, port, delay=3):
        tempdirs.own_folder(folder)
        self._port = port
        self._log = folder / "console"
        nobody = folder / "nobody"
        nobody.write_text("")
        self._arguments = [
            "postgrey", "--inet=127.0.0.1:%d" % port, "--delay=%d" % delay,
            "--greylist-text=Greylisted for %s seconds", "--user=postgrey", "--group=postgrey",
            "--dbdir=%s" % tempdirs.own_folder(folder / "db", user="postgrey"),
            "--whitelist-clients=%s" % nobody, "--whitelist-recipients=%s" % nobody, "--auto-whitelist-clients=0"]

    def _is_ready(self):
        return processes.accepts("127.0.0.1", self._port)
