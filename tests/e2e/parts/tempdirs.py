# SPDX-License-Identifier: Apache-2.0
"""A private folder for one test class; gone when the tests are through."""

import contextlib
import os
import pathlib
import shutil
import tempfile


@contextlib.contextmanager
def private_folder():
    """Yields a pathlib.Path below the system's temporary folder, passable for the users that servers drop to."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailsonde-e2e-"))
    os.chmod(folder, 0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def own_folder(path, user=None, mode=0o755):
    """Makes the folder, for `user` if one is named, and returns it."""
    path.mkdir(parents=True, exist_ok=True)
    os.chmod(path, mode)
    if user:
        shutil.chown(path, user=user)
    return path
