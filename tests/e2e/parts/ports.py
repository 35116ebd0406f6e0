# SPDX-License-Identifier: Apache-2.0
"""Free ports on loopback. A port is claimed by an abstract Unix socket that lives as long as this process, so test
modules that run at the same time never choose the same one."""

import atexit
import random
import socket

# Below Linux' ephemeral range (32768 and up), so that no outgoing connection takes a chosen port first.
_FIRST, _LAST = 20000, 32000
_claims = {}


@atexit.register
def _give_back():
    for claim in _claims.values():
        claim.close()


def free_port():
    """A port that is free for TCP and UDP on 127.0.0.1 and ::1."""
    for _ in range(1000):
        port = random.randint(_FIRST, _LAST)
        if port not in _claims and _claim(port):
            if _is_free(port):
                return port
            _claims.pop(port).close()
    raise RuntimeError("no free port between %d and %d" % (_FIRST, _LAST))


def _claim(port):
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind("\0mailsonde-e2e-port-%d" % port)
    except OSError:
        claim.close()
        return False
    _claims[port] = claim
    return True


def _is_free(port):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(family, kind) as probe:
                try:
                    probe.bind((address, port))
                except OSError:
                    return False
    return True
