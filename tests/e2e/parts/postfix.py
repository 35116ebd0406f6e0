# SPDX-License-Identifier: Apache-2.0
"""Postfix in a private folder: configuration, queue, data and log of its own."""

import collections
import os
import re
import signal
import subprocess

from parts import processes, tempdirs

# One listener. `options` are main.cf parameters of this listener alone.
Listener = collections.namedtuple("Listener", "port address options", defaults=("127.0.0.1", {}))

# Mail for this domain is accepted (and thrown away, should any ever come).
DOMAIN = "example.test"

_SERVICES = """
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
"""


class Postfix:
    """`parameters` go into main.cf over the defaults below."""

    def __init__(self, folder, listeners, parameters=None):
        self._config = tempdirs.own_folder(folder / "etc")
        self._queue = tempdirs.own_folder(folder / "queue")
        self.auth_socket = tempdirs.own_folder(self._queue / "private", user="postfix", mode=0o700) / "auth"
        data = tempdirs.own_folder(folder / "data", user="postfix")
        self._maillog = folder / "maillog"
        self._console = folder / "console"
        self._listeners = listeners
        values = {
            "compatibility_level": "3.6",
            "queue_directory": self._queue,
            "data_directory": data,
            "maillog_file": self._maillog,
            "maillog_file_prefixes": folder,
            "myhostname": "mx." + DOMAIN,
            "mydestination": "",
            "mynetworks": "",
            "relay_domains": DOMAIN,
            "relay_transport": "discard:",
            "default_transport": "discard:",
            "alias_maps": "",
            "alias_database": "",
            "local_recipient_maps": "",
            "inet_interfaces": "all",
            "inet_protocols": "all",
            "smtpd_peername_lookup": "no",
            "smtpd_error_sleep_time": "0",
            "smtpd_tls_loglevel": "1",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject_unauth_destination",
        }
        values.update(parameters or {})
        (self._config / "main.cf").write_text("".join("%s = %s\n" % pair for pair in values.items()))
        (self._config / "master.cf").write_text("".join(map(_master_entry, listeners)) + _SERVICES)

    def __enter__(self):
        self._process = processes.Process(["postfix", "-c", self._config, "start-fg"], self._console)
        try:
            for listener in self._listeners:
                self._process.wait_until(lambda at=listener: processes.accepts(at.address, at.port), 20,
                                         "Postfix listens on port %d" % listener.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # The child is a script that waits for the master, who ends all others.
        pid_file = self._queue / "pid/master.pid"
        if self._process.exit_status is None and pid_file.exists() and pid_file.read_text().strip():
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
            self._process.wait(10)
        self._process.stop()

    def maillog(self):
        return self._maillog.read_text(errors="replace") if self._maillog.exists() else ""

    def rejected(self, beginning):
        """How often its log says that it refused somebody with a reply that begins so: "451 4.7.1"."""
        pattern = r"NOQUEUE: reject: \S+ from \S+: %s\b" % re.escape(beginning)
        return len(re.findall(pattern, self.maillog()))

    def reconfigure(self, **parameters):
        """Changes main.cf; smtpd processes that start from now on use it."""
        for name, value in parameters.items():
            subprocess.run(["postconf", "-c", self._config, "%s=%s" % (name, value)], check=True, timeout=10)
        subprocess.run(["postfix", "-c", self._config, "reload"], check=True, timeout=10, capture_output=True)


def tls_parameters(leaf):
    """Offers STARTTLS with that certificate."""
    return {"smtpd_tls_cert_file": leaf.certificate, "smtpd_tls_key_file": leaf.key,
            "smtpd_tls_security_level": "may"}


def sasl_parameters():
    """AUTH by a Dovecot at auth_socket; offered inside TLS only."""
    return {"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_type": "dovecot", "smtpd_sasl_path": "private/auth",
            "smtpd_tls_auth_only": "yes"}


def reply_for_recipients(replies):
    """smtpd_recipient_restrictions that refuse each of the recipients with the given reply."""
    entries = ", ".join("{ %s = %s }" % pair for pair in replies.items())
    return {"smtpd_recipient_restrictions": "check_recipient_access inline:{ %s }" % entries}


def _master_entry(listener):
    address = "[%s]" % listener.address if ":" in listener.address else listener.address
    options = "".join(" -o { %s = %s }" % pair for pair in listener.options.items())
    return "%s:%d inet n - n - - smtpd%s\n" % (address, listener.port, options)
