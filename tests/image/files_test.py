# SPDX-License-Identifier: Apache-2.0
"""What is in the image and what is not, and what goes into its build."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import container
import image

_STATE = image.ROOT / "var/lib/mailsonde"


def wanted_packages():
    """Those that the Dockerfile's last stage installs."""
    stage = image.REPO.joinpath("Dockerfile").read_text().split("\nFROM ")[-1]
    install = re.search(r"apt-get install ([^&]*)", stage)[1]
    return {word for word in install.replace("\\\n", " ").split() if not word.startswith("-")}


class FilesTest(unittest.TestCase):
    def test_it_has_the_libraries_that_the_program_is_linked_with_and_asks_for_no_other(self):
        dynamic = subprocess.run(["readelf", "--dynamic", "--wide", image.ROOT / image.BINARY[1:]], check=True,
                                 capture_output=True, text=True).stdout
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        self.assertGreater(len(needed), 10)
        owners = {image.owners()[name] for name in needed}
        self.assertEqual(wanted_packages(), owners - image.packages(image.BASE) | {"ca-certificates"})

    def test_every_library_is_found(self):
        done = container.run(["ldd", image.BINARY])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("not found", done.stdout)
        self.assertIn("libssl.so.3", done.stdout)

    def test_certificates_of_authorities_are_there(self):
        self.assertGreater(image.ROOT.joinpath("etc/ssl/certs/ca-certificates.crt").stat().st_size, 100000)

    def test_the_program_is_stripped(self):
        sections = subprocess.run(["readelf", "--section-headers", "--wide", image.ROOT / image.BINARY[1:]],
                                  check=True, capture_output=True, text=True).stdout
        self.assertIn(" .text ", sections)
        self.assertNotRegex(sections, r" \.(symtab|debug_\w+) ")

    def test_nothing_of_the_build_is_left(self):
        self.assertFalse(image.packages(image.ROOT) & {"clang-19", "cmake", "git", "libssl-dev"})
        self.assertFalse(image.ROOT.joinpath("source").exists())
        self.assertEqual(list(image.ROOT.joinpath("var/lib/apt/lists").glob("*_Packages*")), [])

    def test_the_state_is_its_own(self):
        found = _STATE.stat()
        user, group = (int(number) for number in image.config()["User"].split(":"))
        self.assertEqual((found.st_uid, found.st_gid), (user, group))
        self.assertEqual(list(image.config()["Volumes"]), ["/var/lib/mailsonde"])

    def test_only_what_is_built_goes_into_the_build(self):
        # The same context and its .dockerignore, copied whole.
        buildah = ["buildah", "--root", os.environ["MAILSONDE_IMAGES"] + "/storage",
                   "--runroot", os.environ["MAILSONDE_IMAGES"] + "/run"]
        with tempfile.TemporaryDirectory(prefix="mailsonde-image-") as folder:
            folder = pathlib.Path(folder)
            (folder / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
            subprocess.run(buildah + ["build", "--quiet", "--isolation", "chroot", "--file", folder / "Dockerfile",
                                      "--tag", "localhost/context", image.REPO], check=True, capture_output=True)
            subprocess.run(buildah + ["push", "--quiet", "localhost/context", "dir:%s/context" % folder], check=True,
                           capture_output=True)
            subprocess.run(buildah + ["rmi", "localhost/context"], check=True, capture_output=True)
            (layer,) = [path for path in (folder / "context").iterdir() if path.stat().st_size > 10**5]
            names = subprocess.run(["tar", "--list", "--gzip", "--file", layer], check=True, capture_output=True,
                                   text=True).stdout.split()
        files = [name for name in names if not name.endswith("/")]
        self.assertGreater(len(files), 200)
        self.assertEqual({name for name in files if not name.startswith(("src/", "cmake/"))},
                         {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "deploy/install-packages"})


if __name__ == "__main__":
    unittest.main()
