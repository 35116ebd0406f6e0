# SPDX-License-Identifier: Apache-2.0
"""The package that tests/package/run has built."""

import os
import pathlib
import re
import subprocess

FOLDER = pathlib.Path(os.environ["MAILSONDE_PACKAGES"])
CONFIG = "etc/mailsonde/mailsonde.toml"


def deb():
    [path] = FOLDER.glob("mailsonde_*.deb")
    return path


def unpacked(folder):
    """Its files below `folder`, and its control files in DEBIAN/."""
    subprocess.run(["dpkg-deb", "-R", deb(), folder], check=True)
    return folder


def next_deb(folder):
    """The package as a later version would be, with another text in its configuration."""
    tree = unpacked(folder / "tree")
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", "Version: 99.0-1", control.read_text(), flags=re.M))
    config = tree / CONFIG
    config.write_text(config.read_text() + "# new in this version\n")
    path = folder / "next.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, path], check=True, stdout=subprocess.DEVNULL)
    return path
