# SPDX-License-Identifier: Apache-2.0
"""A certificate authority and server certificates, made with the openssl command."""

import ssl
import subprocess

_LEAF_EXTENSIONS = "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n"


class Authority:
    """Its certificate is `certificate`: what a module's ca_file takes."""

    def __init__(self, folder, name="mailsonde e2e CA"):
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "ca.pem"
        self._folder = folder
        self._key = folder / "ca.key"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                 "-subj", "/CN=" + name, "-keyout", self._key, "-out", self.certificate)

    def issue(self, name, addresses=("127.0.0.1", "::1"), days=30):
        """A leaf for the host `name` and the addresses. A negative `days` gives one that has expired."""
        leaf = Leaf(self._folder / (name + ".pem"), self._folder / (name + ".key"))
        request = self._folder / (name + ".csr")
        extensions = self._folder / (name + ".ext")
        names = ["DNS:" + name] + ["IP:" + address for address in addresses]
        extensions.write_text(_LEAF_EXTENSIONS % ",".join(names))
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-subj", "/CN=" + name, "-keyout", leaf.key, "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
                 "-days", days, "-extfile", extensions, "-out", leaf.certificate)
        leaf.key.chmod(0o644)  # Exim reads it after it has dropped its rights; it guards nothing
        return leaf


class Leaf:
    def __init__(self, certificate, key):
        self.certificate = certificate
        self.key = key

    def not_after(self):
        """The moment of its expiry, in seconds of the epoch."""
        text = _openssl("x509", "-in", self.certificate, "-noout", "-enddate")
        return ssl.cert_time_to_seconds(text.strip().partition("=")[2])


def _openssl(*arguments):
    done = subprocess.run(["openssl"] + [str(argument) for argument in arguments], capture_output=True, text=True,
                          timeout=30)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (" ".join(map(str, arguments)), done.stderr))
    return done.stdout
