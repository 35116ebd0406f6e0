# SPDX-License-Identifier: Apache-2.0
"""Exim, unpacked by tests/e2e/install, in a private folder. Its answer to RCPT is an ACL verb in a file that is read
for each recipient, so that a test switches it while probes run."""

import pathlib
import re

from parts import processes, tempdirs

BINARY = pathlib.Path(__file__).resolve().parents[3] / "build/e2e/exim/usr/sbin/exim4"
DOMAIN = "exim.test"

_CONFIG = """
primary_hostname = mx.exim.test
domainlist local_domains = exim.test
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/spool/pid
host_lookup =
rfc1413_hosts =
tls_advertise_hosts = {tls_hosts}
{tls}
log_selector = +smtp_protocol_error +smtp_connection
acl_smtp_rcpt = check_rcpt

begin acl
check_rcpt:
  defer condition = ${{if eq{{${{readfile{{{folder}/answer}}{{}}}}}}{{defer}}}}
        message   = 4.3.2 Please try again later
  drop  condition = ${{if eq{{${{readfile{{{folder}/answer}}{{}}}}}}{{drop}}}}
        message   = 5.7.1 Go away
  warn  condition = ${{if eq{{${{readfile{{{folder}/answer}}{{}}}}}}{{delay}}}}
        delay     = 30s
  accept domains  = +local_domains
  deny  message   = 5.7.1 relay not permitted

begin routers
discard:
  driver = redirect
  data = :blackhole:
"""


class Exim(processes.Server):
    _ready = "Exim listens"
    _options = {"cwd": "/"}

    def __init__(self, folder, port, leaf=None):
        """`leaf`: the certificate with which STARTTLS is offered."""
        tempdirs.own_folder(folder)
        self._port = port
        self._folder = folder
        self._spool = tempdirs.own_folder(folder / "spool", user="Debian-exim")
        config = folder / "exim.conf"
        self._log = folder / "console"
        self._arguments = [BINARY, "-C", config, "-bdf", "-oX", "127.0.0.1.%d" % port]
        tls = "tls_certificate = %s\ntls_privatekey = %s" % (leaf.certificate, leaf.key) if leaf else ""
        config.write_text(_CONFIG.format(folder=folder, tls=tls, tls_hosts="*" if leaf else ""))
        self.answer = "accept"

    @property
    def answer(self):
        """To RCPT: "accept", "defer" (451 4.3.2), "drop" (550 and the connection is closed), "delay" (30 s)."""
        return (self._folder / "answer").read_text()

    @answer.setter
    def answer(self, verb):
        fresh = self._folder / "answer.new"
        fresh.write_text(verb)
        fresh.replace(self._folder / "answer")

    def _is_ready(self):
        return processes.accepts("127.0.0.1", self._port)

    def mainlog(self):
        path = self._spool / "mainlog"
        return path.read_text(errors="replace") if path.exists() else ""

    def deferred(self):
        """How many recipients its log says it put off."""
        return len(re.findall(r"temporarily rejected RCPT", self.mainlog()))
