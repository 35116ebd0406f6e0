# SPDX-License-Identifier: Apache-2.0
"""postgrey, Postfix' greylisting policy server."""

from parts import processes, tempdirs


class Postgrey:
    """Refuses a new (client, sender, recipient) with 450 4.2.0 until `delay` seconds have passed."""

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

    def __enter__(self):
        self._process = processes.Process(self._arguments, self._log)
        try:
            self._process.wait_until(lambda: processes.accepts("127.0.0.1", self._port), 10, "postgrey listens")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.stop()
