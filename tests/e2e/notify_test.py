# SPDX-License-Identifier: Apache-2.0
"""What a service manager hears of the daemon (sd_notify(3)), and that a thread that hangs makes it stop hearing."""

import contextlib
import ctypes
import os
import pathlib
import signal
import socket
import time
import unittest

from parts import mailsonde, ports, processes, tempdirs

_RELAY = '[[relays]]\nname = "a"\nhost = "127.0.0.1"\nport = %d\nmodule = "mx"\ninterval = "1s"\n'
_PERIOD = 0.4  # of the watchdog; a ping is due every half of it


class Manager:
    """Binds the socket and collects the messages, in order, each with the moment when it was read."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0", 1))
        self._socket.setblocking(False)
        self.messages = []
        self.environment = dict(os.environ, NOTIFY_SOCKET=address)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.messages.append(self._socket.recv(4096).decode())
        return self.messages

    def states(self):
        """The messages without pings and status lines."""
        return [message.split("\n")[0] for message in self.read() if not message.startswith(("WATCHDOG", "STATUS"))]

    def status(self):
        return [message for message in self.read() if message.startswith("STATUS=")][-1]

    def pings(self):
        return self.read().count("WATCHDOG=1")


@contextlib.contextmanager
def stopped_thread(pid, thread):
    """That thread, and no other one of the process, stands still meanwhile: as in a system call that never returns."""
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    seize, interrupt, detach, all_children = 0x4206, 0x4207, 17, 0x40000000
    if ptrace(seize, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace of thread %d of %d" % (thread, pid))
    ptrace(interrupt, thread, None, None)
    os.waitpid(thread, all_children)
    try:
        yield
    finally:
        ptrace(detach, thread, None, None)


class NotifyTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempdirs.private_folder())
        self.config = _RELAY % ports.free_port()

    def _start(self, manager, flags=(), **variables):
        return self.enterContext(mailsonde.Daemon(self.folder, self.config, flags=flags,
                                                  env=dict(manager.environment, **variables)))

    def _watched(self, flags):
        """A manager whose watchdog watches, and the daemon."""
        manager = self.enterContext(Manager(str(self.folder / "notify")))
        daemon = self._start(manager, flags, WATCHDOG_USEC=str(int(_PERIOD * 1e6)))
        processes.wait_until(lambda: manager.pings() >= 3, 10, "three pings")
        return manager, daemon

    def test_it_says_that_it_is_ready_reloads_and_stops(self):
        manager = self.enterContext(Manager(str(self.folder / "notify")))
        daemon = self._start(manager)
        processes.wait_until(lambda: manager.states() == ["READY=1"], 10, "READY")
        self.assertEqual(manager.status(), "STATUS=probes 1 target on 1 thread")
        before = time.monotonic_ns() // 1000
        daemon.hang_up()
        processes.wait_until(lambda: len(manager.states()) == 3, 10, "RELOADING and READY")
        self.assertEqual(manager.states(), ["READY=1", "RELOADING=1", "READY=1"])
        [reloading] = [message for message in manager.messages if message.startswith("RELOADING")]
        began = int(reloading.split("MONOTONIC_USEC=")[1])
        self.assertTrue(before <= began <= time.monotonic_ns() // 1000)
        self.assertEqual(daemon.process.stop(), 0)
        self.assertEqual(manager.states()[3:], ["STOPPING=1"])
        self.assertEqual(manager.pings(), 0, "no watchdog was asked for")

    def test_a_refused_configuration_ends_its_reload_too_and_shows_in_the_status(self):
        manager = self.enterContext(Manager("@mailsonde-e2e-%d" % os.getpid()))  # in the abstract namespace
        daemon = self._start(manager)
        daemon.configure(self.config + "nonsense = 1\n")
        self.assertEqual(daemon.get("/-/reload", method="POST")[0], 500)
        self.assertEqual(manager.states(), ["READY=1", "RELOADING=1", "READY=1"])
        self.assertRegex(manager.status(), r"^STATUS=probes 1 target on 1 thread; refused: .*mailsonde\.toml:7:.*nonsense")
        daemon.configure(self.config)
        self.assertEqual(daemon.get("/-/reload", method="POST")[0], 200)
        self.assertEqual(manager.status(), "STATUS=probes 1 target on 1 thread")

    def test_it_does_not_say_ready_when_it_cannot_start(self):
        with Manager(str(self.folder / "notify")) as manager:
            (self.folder / "bad.toml").write_text("nonsense = 1\n")
            done = mailsonde.run("serve", "--config.file", self.folder / "bad.toml", env=manager.environment)
            self.assertEqual((done.returncode, manager.read()), (1, []))

    def test_any_thread_that_hangs_silences_the_watchdog(self):
        manager, daemon = self._watched(["--threads=2"])
        pid = daemon.process.pid
        threads = sorted(int(path.name) for path in pathlib.Path("/proc/%d/task" % pid).iterdir())
        # The one of the signals and timers is the first; the two that probe were started next, then that of the
        # self-check; that of the connections is the last.
        with stopped_thread(pid, threads[3]):
            count = manager.pings()
            processes.wait_until(lambda: manager.pings() >= count + 3, 10, "pings, since a thread stops alone")
        for thread in threads[:3] + threads[-1:]:
            with self.subTest(thread=threads.index(thread)):
                with stopped_thread(pid, thread):
                    self._wait_for_silence(manager)
                count = manager.pings()
                processes.wait_until(lambda: manager.pings() >= count + 3, 10, "pings again")

    def _wait_for_silence(self, manager):
        """Until the watchdog's period passed twice without a ping: systemd would have ended the daemon."""
        heard = [manager.pings(), time.monotonic()]

        def silent():
            if manager.pings() != heard[0]:
                heard[:] = [manager.pings(), time.monotonic()]
            return time.monotonic() - heard[1] > 2 * _PERIOD
        processes.wait_until(silent, 10, "no more pings")

    def test_nothing_of_it_is_sent_after_the_end(self):
        manager, daemon = self._watched([])
        daemon.process.signal(signal.SIGINT)
        self.assertEqual(daemon.process.wait(10), 0)
        self.assertEqual([message.split("\n")[0] for message in manager.read()][-1], "STOPPING=1")


if __name__ == "__main__":
    unittest.main()
