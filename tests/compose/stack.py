# SPDX-License-Identifier: Apache-2.0
"""The compose file as it is read: variables at their defaults, and where the files of its containers come from."""

import dataclasses
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "compose" / "compose.yaml"
_VARIABLE = re.compile(r"\$\{\w+:-([^}]*)\}")


def load():
    return yaml.safe_load(_VARIABLE.sub(r"\1", FILE.read_text(encoding="ascii")))


def services():
    return load()["services"]


@dataclasses.dataclass
class Mount:
    source: str  # a path on the host, or the name of a volume
    target: pathlib.PurePosixPath
    read_only: bool

    @property
    def is_volume(self):
        return not self.source.startswith(".")

    @property
    def path(self):
        """Of the source, on the host."""
        return (FILE.parent / self.source).resolve()


def mounts(service):
    found = []
    for text in service.get("volumes", []):
        source, target, *mode = text.split(":")
        found.append(Mount(source, pathlib.PurePosixPath(target), mode == ["ro"]))
    return found


def mount_of(service, inside):
    """The mount that a path inside the container is on, the innermost; None: it is the image's."""
    inside = pathlib.PurePosixPath(inside)
    found = [mount for mount in mounts(service) if inside.is_relative_to(mount.target)]
    return max(found, key=lambda mount: len(mount.target.parts), default=None)


def on_host(service, inside):
    """The file of this repository that stands at a path inside the container."""
    mount = mount_of(service, inside)
    if mount is None or mount.is_volume:
        raise AssertionError("%s is no file of this repository" % inside)
    return mount.path / pathlib.PurePosixPath(inside).relative_to(mount.target)


def flag(service, name):
    """The value of --name=value in its command."""
    return next(word.split("=", 1)[1] for word in service["command"] if word.startswith("--%s=" % name))


def published(service):
    """Its ports as (address on the host, port there, port inside)."""
    return [(address, int(outside), int(inside))
            for address, outside, inside in (text.rsplit(":", 2) for text in service.get("ports", []))]
