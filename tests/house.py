#!/usr/bin/env python3
"""Keeps the house: includes point downwards, each third-party library stays in its rooms, files stay small, and links
between pages lead somewhere."""
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

# From the ground up. A room may include itself and the rooms before it.
ROOMS = [
    "base", "config", "dns", "net", "smtp", "classify", "probe",
    "schedule", "diagnose", "identity", "metrics", "web", "fixture", "cli",
]

# Which rooms may include a library, by what its headers begin with.
LIBRARY_ROOMS = {
    "asio": {"dns", "net", "probe", "schedule", "identity", "web", "fixture", "cli"},
    "openssl/": {"net", "fixture", "cli"},
    "ares": {"dns"},
    "prometheus/": {"metrics"},
    "httplib.h": {"web"},
    "toml++/": {"config"},
    "gsasl.h": {"smtp", "fixture"},
    "re2/": {"classify", "config"},
    "CLI/": {"cli"},
    "zlib.h": {"metrics", "web"},
    "spdlog/": {"base"},
    "systemd/": {"cli"},
}

LONGEST_FILE = 600
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

NO_PAGES = {"build", "node_modules"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def mistakes_of(path):
    room = path.relative_to(SOURCE).parts[0] if path.parent != SOURCE else "cli"
    text = path.read_text(encoding="ascii")
    for bracket, name in INCLUDE.findall(text):
        if bracket == '"':
            target = name.split("/")[0]
            if target not in ROOMS:
                yield f'includes "{name}", which is no room\'s header'
            elif ROOMS.index(target) > ROOMS.index(room):
                yield f'includes "{name}" upwards ({room} stands below {target})'
            elif not (SOURCE / name).exists():
                yield f'includes "{name}", which does not exist'
        for library, rooms in LIBRARY_ROOMS.items():
            if bracket == "<" and name.startswith(library) and room not in rooms:
                yield f"includes <{name}>, which belongs to {', '.join(sorted(rooms))} only"
    if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
        yield "does not begin with its licence line"
    if text.count("\n") > LONGEST_FILE:
        yield f"is longer than {LONGEST_FILE} lines: split it"


def pages():
    for path in sorted(ROOT.rglob("*.md")):
        parts = path.relative_to(ROOT).parts
        if not any(part in NO_PAGES or part.startswith(".") for part in parts):
            yield path


@functools.cache
def anchors_of(page):
    """As GitHub makes them of headings: lower case, blanks to hyphens, punctuation gone, repeated ones numbered."""
    seen, anchors = {}, set()
    for heading in HEADING.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        anchors.add(f"{anchor}-{seen[anchor]}" if anchor in seen else anchor)
        seen[anchor] = seen.get(anchor, 0) + 1
    return anchors


def dead_links_of(page):
    text = CODE.sub("", FENCED.sub("", page.read_text(encoding="utf-8")))
    for link in LINK.findall(text):
        if ELSEWHERE.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_relative_to(ROOT) or not target.exists():
            yield f"links to {link}, which does not exist"
        elif anchor and (target.suffix != ".md" or anchor not in anchors_of(target)):
            yield f"links to {link}, and there is no such heading"


def main():
    files = sorted(path for pattern in ("*.hpp", "*.cpp") for path in SOURCE.rglob(pattern))
    found = [(path, mistake) for path in files for mistake in mistakes_of(path)]
    for folder in sorted(path for path in SOURCE.iterdir() if path.is_dir()):
        if folder.name not in ROOMS:
            found.append((folder, "is no room of the house: add it to ROOMS and to the design"))
    found += [(page, mistake) for page in pages() for mistake in dead_links_of(page)]
    for path, mistake in found:
        print(f"{path.relative_to(ROOT)}: {mistake}")
    print(f"{len(files)} files checked, {len(found)} mistakes")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
