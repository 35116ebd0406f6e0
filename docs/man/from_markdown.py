#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a manual page of a page of docs/, so that both are one text: headings, paragraphs, lists, code blocks, and
tables, of which each row becomes a tagged paragraph.

  from_markdown.py docs/configuration.md mailsonde.toml 5 "what it is" VERSION DATE > mailsonde.toml.5
"""

import pathlib
import re
import sys

_ITEM = re.compile(r"[-*] |\d+\. ")
# How columns that need words are told.
_TOLD_SHORT = {"default": "default: ", "example": "for example "}


def escaped(text):
    """Characters that roff would take for its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def inline(text):
    """Code and what is strong is bold, emphasis italic, a link its words, with the address where it leads away from
    these pages."""
    def piece(match):
        code, words, address, strong, emphasis = match.groups()
        if code is not None:
            return "\\fB" + escaped(code.replace("\0", "|")) + "\\fR"
        if strong is not None:
            return "\\fB" + inline(strong) + "\\fR"
        if emphasis is not None:
            return "\\fI" + escaped(emphasis) + "\\fR"
        return inline(words) + (" (" + escaped(address) + ")" if "://" in address else "")
    pattern = re.compile(r"`([^`]+)`|\[((?:[^\[\]`]|`[^`]*`)+)\]\(([^)]+)\)|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*")
    out, end = [], 0
    for match in pattern.finditer(text):
        out += [escaped(text[end:match.start()]), piece(match)]
        end = match.end()
    out.append(escaped(text[end:]))
    return "".join(out).replace("\0", "|")


def paragraph(text):
    """Text on lines of its own; none begins with what roff takes for a request."""
    return re.sub(r"^([.'])", r"\\&\1", inline(text), flags=re.M)


def cells(row):
    return [cell.strip() for cell in row.replace("\\|", "\0").strip().strip("|").split("|")]


def table(rows):
    head, body = cells(rows[0]), [cells(row) for row in rows[2:]]
    for row in body:
        named = list(zip(head, row))[1:]
        short = "; ".join(_TOLD_SHORT.get(name, "") + cell for name, cell in named[:-1] if cell)
        long = row[-1]
        yield ".TP\n" + paragraph(row[0])
        yield "\n.br\n".join(paragraph(text) for text in (short, long) if text) or "\\&"
    yield ".PP"


def block(lines):
    """One block: consecutive lines without an empty one."""
    if lines[0].startswith("|"):
        yield from table(lines)
    elif _ITEM.match(lines[0]):
        for item in re.split(r"\n(?=[-*] |\d+\. )", "\n".join(lines)):
            mark = _ITEM.match(item)[0].strip()
            sign = mark if mark[0].isdigit() else "\\(bu"
            yield ".IP %s %d\n" % (sign, len(mark) + 1) + paragraph(re.sub(r"\n +", "\n", item[len(mark):].strip()))
        yield ".PP"
    else:
        yield ".PP\n" + paragraph("\n".join(lines))


def code(lines):
    text = "\n".join(escaped(line) for line in lines)
    return ".PP\n.nf\n.RS 4\n" + text + "\n.RE\n.fi"


def heading(line):
    marks, words = line.split(" ", 1)
    words = words.replace("`", "")
    if len(marks) > 2:
        return '.SS "%s"' % escaped(words)
    return '.SH "%s"' % escaped(words if words.startswith("[") else words.upper())


def body(text):
    gathered, verbatim = [], None
    for line in text.splitlines() + [""]:
        if verbatim is not None:
            if line.startswith("```"):
                yield code(verbatim)
                verbatim = None
            else:
                verbatim.append(line)
            continue
        if gathered and (not line or line.startswith(("```", "#"))):
            yield from block(gathered)
            gathered = []
        if line.startswith("```"):
            verbatim = []
        elif line.startswith("# "):
            yield ".SH DESCRIPTION"
        elif line.startswith("#"):
            yield heading(line)
        elif line:
            gathered.append(line)


def main():
    source, name, section, what, version, date = sys.argv[1:]
    print('.\\" SPDX-License-Identifier: Apache-2.0')
    print('.\\" Made by docs/man/from_markdown.py of %s.' % pathlib.Path(source).name)
    print('.TH "%s" %s "%s" "mailsonde %s" "File Formats"' % (escaped(name.upper()), section, date, version))
    print(".SH NAME\n%s \\- %s" % (escaped(name), escaped(what)))
    for piece in body(pathlib.Path(source).read_text(encoding="utf-8")):
        print(piece)
    print(".SH FILES\n.I /usr/share/doc/mailsonde/examples/mailsonde.example.toml\n.br\nA complete example.")
    print('.SH "SEE ALSO"\n.BR mailsonde (1)')


if __name__ == "__main__":
    main()
