"""Markdown as a source: its marks become structure, its text stays."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.lines import Line

_HEADING = re.compile(r"^(#{1,6})\s+")
_BULLET = re.compile(r"^\s*([-*+])\s+")
_BLOCK_QUOTE = re.compile(r"^\s*(>\s?)+")
_EMPHASIS = re.compile(r"\*\*|__(?=\S)|(?<=\S)__|(?<!\*)\*(?=\S)|(?<=\S)\*(?!\*)|`")
_COMMENT = re.compile(r"<!--.*?-->")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def from_markdown(lines: list[Line], removed: list[tuple[str, str]]) -> list[Line]:
    """The lines without Markdown's marks; headings keep their level, table rows their ``|``.

    Front matter between two ``---`` at the very top is taken out, and so are comments.
    """
    lines = _without_front_matter(lines, removed)
    plain = []
    for line in lines:
        if _TABLE_RULE.match(line.text) and "|" in line.text:
            continue
        line = line.without(_COMMENT).without(_BLOCK_QUOTE)
        heading = _HEADING.match(line.text)
        if heading:
            line = replace(line.cut(heading.end(), len(line.text)), heading=len(heading.group(1)))
        plain.append(line.without(_BULLET).without(_EMPHASIS))
    return plain


def _without_front_matter(lines: list[Line], removed: list[tuple[str, str]]) -> list[Line]:
    if not lines or lines[0].text.strip() != "---":
        return lines
    for number, line in enumerate(lines[1:], start=1):
        if line.text.strip() == "---":
            removed.extend(("front_matter", above.text) for above in lines[: number + 1])
            return lines[number + 1 :]
    return lines
