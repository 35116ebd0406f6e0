# SPDX-License-Identifier: Apache-2.0
"""The manual pages and the completion say what the program says of itself, no more and no less."""

import functools
import os
import pathlib
import re
import subprocess
import unittest

import package

from parts import mailsonde, tempdirs

_REPO = pathlib.Path(__file__).resolve().parents[2]


@functools.cache
def commands():
    text = mailsonde.run("--help").stdout
    return re.findall(r"^  ([a-z-]+)  ", text.split("Subcommands:")[1], re.M)


@functools.cache
def flags_of(command):
    """Long flags as --help has them; those of the program itself for None."""
    text = mailsonde.run(*([command] if command else []), "--help").stdout
    return set(re.findall(r"^  (?:-\w,)?(--[a-z.-]+)", text, re.M))


def shown(page):
    """A page as a reader sees it, without line breaks in words."""
    environment = dict(os.environ, MANWIDTH="1000", LC_ALL="C.UTF-8")
    done = subprocess.run(["man", "--warnings", "--nh", "--nj", "-l", page], capture_output=True, text=True,
                          timeout=30, env=environment)
    return done.stdout, done.stderr


def section(text, heading):
    """What stands below a heading, up to the next one at its depth or above."""
    begin = re.search(r"^( *)%s *$" % re.escape(heading), text, re.M)
    rest = text[begin.end():]
    end = re.search(r"^ {0,%d}\S" % len(begin[1]), rest, re.M)
    return rest[:end.start()] if end else rest


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = package.unpacked(cls.enterClassContext(tempdirs.private_folder()) / "deb")
        cls.man = folder / "usr/share/man"
        cls.completion = folder / "usr/share/bash-completion/completions/mailsonde"

    def test_the_program_tells_its_commands(self):
        self.assertIn("serve", commands())
        self.assertIn("--config.file", flags_of("serve"))

    def test_man_finds_no_mistake_in_the_pages(self):
        for page in ("man1/mailsonde.1.gz", "man5/mailsonde.toml.5.gz"):
            with self.subTest(page):
                text, complaints = shown(self.man / page)
                self.assertEqual(complaints, "")
                self.assertIn("NAME", text)

    def test_mailsonde_1_has_every_command_with_every_flag(self):
        text, _ = shown(self.man / "man1/mailsonde.1.gz")
        for command in commands():
            with self.subTest(command):
                part = section(text, command)
                self.assertEqual(set(re.findall(r"(?<![\w-])--[a-z.-]+", part)), flags_of(command) - {"--help"})
        self.assertLessEqual(flags_of(None), set(re.findall(r"--[a-z.-]+", section(text, "OPTIONS"))))

    def test_mailsonde_toml_5_has_every_section_and_key(self):
        text, _ = shown(self.man / "man5/mailsonde.toml.5.gz")
        reference = (_REPO / "docs/configuration.md").read_text()
        headings = re.findall(r"^##+ (.*)$", reference, re.M)
        self.assertGreater(len(headings), 15)
        lines = {line.strip().lower() for line in text.splitlines()}
        self.assertEqual([heading for heading in headings if heading.replace("`", "").lower() not in lines], [])
        keys = re.findall(r"^\| `([a-z_0-9]+)` \|", reference, re.M)
        self.assertGreater(len(keys), 50)
        tags = set(re.findall(r"^ +(\S+)(?:$|  |\b)", text, re.M))
        self.assertEqual([key for key in keys if key not in tags], [])
        self.assertNotRegex(text, r"`|\]\(|^ *\|", "nothing of Markdown is left")

    def _complete(self, *words):
        """What bash offers for the last of the words."""
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _mailsonde; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", self.completion, "mailsonde", *words],
                              capture_output=True, text=True, check=True, timeout=10)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_completion_offers_every_command_and_flag(self):
        self.assertEqual(self._complete(""), set(commands()))
        self.assertEqual(self._complete("ch"), {"check", "check-config"})
        self.assertEqual(self._complete("--"), flags_of(None))
        for command in commands():
            with self.subTest(command):
                self.assertEqual(self._complete(command, "--"), flags_of(command))

    def test_completion_offers_the_values_of_a_flag(self):
        self.assertEqual(self._complete("serve", "--log.level", ""), {"debug", "info", "warn", "error"})
        self.assertEqual(self._complete("serve", "--log.format", "=", "j"), {"json"})
        self.assertEqual(self._complete("explain", "--format", "="), {"text", "json"})


if __name__ == "__main__":
    unittest.main()
