# SPDX-License-Identifier: Apache-2.0
"""A fresh Debian in a folder, and commands in it as on a machine of its own."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import package

# Arguments: the folder, then the command. Mounts end with the namespace.
_ENTER = """
set -e
root=$1
shift
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
ip link set lo up 2>/dev/null || true
exec chroot "$root" "$@"
"""
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


class Root:
    def __init__(self, folder):
        self.folder = folder

    def run(self, *words, network=False, check=True, **options):
        """To its end. Without `network` it has loopback only, and all ports are free."""
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child"] + ([] if network else ["--net"])
        command += ["bash", "-c", _ENTER, "enter", self.folder] + list(words)
        proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=proxies | _ENVIRONMENT, **options)
        if check and done.returncode != 0:
            raise AssertionError("%s: status %d\n%s%s" % (words, done.returncode, done.stdout, done.stderr))
        return done

    def install(self, deb):
        """By apt, with what it depends on; asked about a file that was edited, it gives its default answer."""
        shutil.copy(deb, self.folder / "mailsonde.deb")
        try:
            return self.run("apt-get", "install", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0",
                            "-o", "Dpkg::Options::=--force-confdef", "./mailsonde.deb", network=True)
        finally:
            (self.folder / "mailsonde.deb").unlink()

    def status(self):
        """Of the package, as dpkg has it."""
        done = self.run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "mailsonde", check=False)
        return done.stdout

    def path(self, name):
        return self.folder / name.lstrip("/")


@contextlib.contextmanager
def fresh():
    """Debian's smallest system, with the lists of its mirror."""
    with tempfile.TemporaryDirectory(prefix="mailsonde-root-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["tar", "-C", folder, "--exclude=./dev/*", "-xpf", package.FOLDER / "base.tar"], check=True)
        root = Root(pathlib.Path(folder))
        root.run("apt-get", "update", "-qq", network=True)
        yield root


@contextlib.contextmanager
def copy_of(other):
    with tempfile.TemporaryDirectory(prefix="mailsonde-root-", ignore_cleanup_errors=True) as folder:
        subprocess.run(["cp", "-a", "--reflink=auto", "%s/." % other.folder, folder], check=True)
        yield Root(pathlib.Path(folder))
