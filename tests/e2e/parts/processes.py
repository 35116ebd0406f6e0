# SPDX-License-Identifier: Apache-2.0
"""Starting, awaiting and ending the servers under test."""

import signal
import socket
import subprocess
import time
import urllib.request


class NotInTime(AssertionError):
    """A condition did not come true before its deadline."""


def wait_until(condition, seconds, what, every=0.05):
    """Polls until `condition()` gives something true, and returns that. `what` names it in the failure; it may be
    a function, which is called only then."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= deadline:
            raise NotInTime("not within %g s: %s" % (seconds, what() if callable(what) else what))
        time.sleep(every)


def accepts(host, port):
    """Whether something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
        return True
    except OSError:
        return False


def is_well(url):
    """Whether a GET is answered 200."""
    try:
        return urllib.request.urlopen(url, timeout=1).status == 200
    except OSError:
        return False


class Process:
    """A child process whose output goes to a file."""

    def __init__(self, arguments, log_path, **options):
        self.log_path = log_path
        self._log = open(log_path, "ab")
        self._child = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, **options)

    @property
    def pid(self):
        return self._child.pid

    @property
    def exit_status(self):
        """None while it runs."""
        return self._child.poll()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_until(self, condition, seconds, what):
        """As the function of this name, but fails at once when the process ends."""
        def checked():
            if condition():
                return True
            if self.exit_status is not None:
                raise NotInTime("ended with status %s before: %s\n%s" % (self.exit_status, what, self.log()))
            return False
        wait_until(checked, seconds, lambda: "%s\n%s" % (what, self.log()))

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self, seconds):
        return self._child.wait(seconds)

    def stop(self, seconds=10):
        """Ends it; by force when it does not end itself in time. Returns its exit status."""
        if self.exit_status is None:
            self.signal(signal.SIGTERM)
        try:
            status = self.wait(seconds)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            status = self.wait(seconds)
        self._log.close()
        return status


class Server:
    """A part that is one process: enter it to start it and wait until it serves. Subclasses set what follows, and say
    in _is_ready() whether it serves."""

    _arguments = ()
    _log = None  # path
    _options = {}  # of Process
    _ready = "the server is ready"
    _seconds = 10

    def __enter__(self):
        self._process = Process(self._arguments, self._log, **self._options)
        try:
            self._process.wait_until(self._is_ready, self._seconds, self._ready)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.stop()
