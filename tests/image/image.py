# SPDX-License-Identifier: Apache-2.0
"""The image as tests/image/run has built it: its configuration, its layers, its files."""

import functools
import json
import os
import pathlib
import tarfile

REPO = pathlib.Path(__file__).resolve().parents[2]
ROOT = pathlib.Path(os.environ["MAILSONDE_ROOT"])
BASE = pathlib.Path(os.environ["MAILSONDE_BASE"])  # the root of what it is built on
_ARCHIVE = os.environ["MAILSONDE_ARCHIVE"]
BINARY = "/usr/bin/mailsonde"


@functools.cache
def config():
    """What an engine is told: user, ports, command, labels, health check."""
    with tarfile.open(_ARCHIVE) as archive:
        (manifest,) = json.load(archive.extractfile("manifest.json"))
        return json.load(archive.extractfile(manifest["Config"]))["config"]


def layer_sizes():
    """In bytes, uncompressed, from the base upwards."""
    with tarfile.open(_ARCHIVE) as archive:
        (manifest,) = json.load(archive.extractfile("manifest.json"))
        # One that is there twice is a link to itself.
        return [archive.extractfile(name).seek(0, os.SEEK_END) for name in manifest["Layers"]]


def packages(root):
    """Names of the Debian packages that are installed there."""
    status = root.joinpath("var/lib/dpkg/status").read_text()
    return {line.removeprefix("Package: ") for line in status.splitlines() if line.startswith("Package: ")}


@functools.cache
def owners():
    """File name to the package that it comes from, for the shared libraries in the image."""
    found = {}
    for listing in ROOT.joinpath("var/lib/dpkg/info").glob("*.list"):
        for path in listing.read_text().splitlines():
            if ".so" in path:
                found[pathlib.PurePosixPath(path).name] = listing.stem.split(":")[0]
    return found
