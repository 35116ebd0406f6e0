# SPDX-License-Identifier: Apache-2.0
"""A network of the test's own: two namespaces, joined by a cable, in which packets can really get lost. Addresses are
those for documentation, so nothing here ever meets the machine's own network."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import subprocess
import unittest

_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_FOLDER = pathlib.Path("/run/netns")

PROBER = ("192.0.2.1", "2001:db8::1")
_GATEWAY = ("192.0.2.254", "2001:db8::fe")

_RULES = """
table inet faults
delete table inet faults
table inet faults {{
  chain arriving {{
    type filter hook input priority 0;
    {rules}
  }}
}}
"""


class Namespace:
    """`with namespace:` moves the calling thread in: sockets that it opens, and processes and threads that it starts,
    are in there for good. Sockets from outside stay what they are."""

    def __init__(self, name):
        self.name = name
        self._outside = []
        _call("ip", "netns", "add", name)

    def delete(self):
        """The kernel keeps it as long as a process is inside."""
        _call("ip", "netns", "delete", self.name)

    def __enter__(self):
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        inside = os.open(_FOLDER / self.name, os.O_RDONLY | os.O_CLOEXEC)
        self._outside.append(outside)
        try:
            _move_to(inside)
        finally:
            os.close(inside)
        return self

    def __exit__(self, *_):
        outside = self._outside.pop()
        try:
            _move_to(outside)
        finally:
            os.close(outside)

    def run(self, *command, text=None):
        """One command inside, to its end."""
        _call("ip", "netns", "exec", self.name, *command, text=text)

    def drop(self, *matches):
        """What arrives here and fits one of these is dropped without a word: drop("tcp dport 25"), drop("meta nfproto
        ipv6"). Replaces what was dropped before, at once; drop() lets everything pass."""
        rules = "\n".join("%s drop" % match for match in matches)
        self.run("nft", "-f", "-", text=_RULES.format(rules=rules))


class Network:
    """`prober`, a host with one address of each family, and `world`, which has all these addresses. The prober reaches
    them over a gateway, as one does. Skips the test where namespaces cannot be had."""

    def __init__(self, addresses):
        self._addresses = addresses
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        _skip_unless_possible()
        with self._stack as stack:
            self.prober = self._add("prober")
            self.world = self._add("world")
            self._connect()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _add(self, role):
        # tests/e2e/run knows by the process id whose it was, should it stay.
        namespace = Namespace("mailsonde-%d-%s" % (os.getpid(), role))
        self._stack.callback(namespace.delete)
        namespace.run("ip", "link", "set", "lo", "up")
        return namespace

    def _connect(self):
        cable = ("up0", "type", "veth", "peer", "name", "down0", "netns", self.world.name)
        self.prober.run("ip", "link", "add", *cable)
        for namespace, end, address in ((self.prober, "up0", PROBER), (self.world, "down0", _GATEWAY)):
            namespace.run("ip", "link", "set", end, "up")
            namespace.run("ip", "address", "add", address[0] + "/24", "dev", end)
            namespace.run("ip", "address", "add", address[1] + "/64", "dev", end, "nodad")
        for address in self._addresses:
            self.world.run("ip", "address", "add", address, "dev", "lo")
        self.prober.run("ip", "route", "add", "default", "via", _GATEWAY[0])
        self.prober.run("ip", "-6", "route", "add", "default", "via", _GATEWAY[1])


def _skip_unless_possible():
    if os.geteuid() != 0:
        raise unittest.SkipTest("network namespaces need root")
    for command in ("ip", "nft"):
        if not shutil.which(command):
            raise unittest.SkipTest("there is no command `%s`" % command)
    # A container may lack the right to make one, or to change anything in it.
    try:
        with contextlib.ExitStack() as stack:
            trial = Namespace("mailsonde-%d-trial" % os.getpid())
            stack.callback(trial.delete)
            trial.run("ip", "link", "set", "lo", "up")
            trial.drop()
    except RuntimeError as error:
        raise unittest.SkipTest("network namespaces cannot be had here: %s" % error) from error


def _move_to(descriptor):
    if _LIBC.setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _call(*command, text=None):
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, input=text)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (" ".join(command), (done.stdout + done.stderr).strip()))
