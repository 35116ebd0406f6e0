# SPDX-License-Identifier: Apache-2.0
"""Runs programs of the image as an engine told `--read-only --cap-drop ALL` would: as process 1, with the user,
environment and volumes of its configuration."""

import os
import pathlib
import signal
import subprocess

import image

from parts import processes, tempdirs

# Arguments: root, user, group, folder for /etc/mailsonde, how many folders can be written and which, the command.
_ENTER = """
set -e
root=$1 user=$2 group=$3 config=$4 count=$5
shift 5
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --bind "$config" "$root/etc/mailsonde"
mount -o remount,bind,ro "$root/etc/mailsonde"
for folder in "${@:1:count}"; do
  owner=$(stat -c 'uid=%u,gid=%g,mode=%a' "$root$folder")
  mount -t tmpfs -o "$owner" tmpfs "$root$folder"
done
shift "$count"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid="$user" --regid="$group" --clear-groups --no-new-privs --inh-caps=-all \\
  --bounding-set=-all "$@"
"""


def _command(words, config_folder, tmpfs=()):
    user, group = image.config()["User"].split(":")
    writable = [*image.config()["Volumes"], *tmpfs]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", _ENTER, "enter", str(image.ROOT),
            user, group, str(config_folder), str(len(writable)), *writable, *words]


def _environment():
    return dict(entry.split("=", 1) for entry in image.config()["Env"])


def run(words, config_folder=None, seconds=30):
    """One command to its end."""
    with tempdirs.private_folder() as empty:
        return subprocess.run(_command(words, config_folder or empty), env=_environment(), capture_output=True,
                              text=True, timeout=seconds)


class Container(processes.Server):
    """The program of the image as a server; `words` in the place of the image's command, on `tmpfs` it may write."""

    _ready = "it answers /-/ready"
    URL = "http://127.0.0.1:10451"

    def __init__(self, folder, words=None, config_folder=None, tmpfs=()):
        self._log = folder / "container.log"
        self._options = {"env": _environment()}
        self._arguments = _command(image.config()["Entrypoint"] + (words or image.config()["Cmd"]),
                                   config_folder or folder, tmpfs)

    def _is_ready(self):
        return processes.is_well(self.URL + "/-/ready")

    def __exit__(self, *_):
        if self._process.exit_status is None and self._children():
            self.stop()
        super().__exit__()

    def _children(self):
        parent = self._process.pid
        return pathlib.Path("/proc/%d/task/%d/children" % (parent, parent)).read_text().split()

    @property
    def pid(self):
        """Of its process 1, as it is known outside."""
        (child,) = self._children()
        return int(child)

    def status(self):
        """/proc/PID/status of its process 1."""
        text = pathlib.Path("/proc/%d/status" % self.pid).read_text()
        return dict(line.split(":\t", 1) for line in text.splitlines())

    def stop(self, seconds=15):
        """As an engine does it: SIGTERM to process 1. Returns its exit status."""
        os.kill(self.pid, signal.SIGTERM)
        return self._process.wait(seconds)

    def log(self):
        return self._process.log()
