"""The printed numbers that begin a clause: 第三章, 第十二条, 一、, （二）, 6., （1）, ①, 附件2."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.numerals import CHINESE_DIGITS, ENCLOSED_DIGITS, parse_number
from ingest.schema import ClauseKind


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the start of a line.

    :ivar rank: 0 for the outermost family; a mark closes every open clause of its own rank or below.
    :ivar printed: the mark as printed, without the space after it.
    :ivar number: its value; None for an unnumbered 附件.
    :ivar suffix: 1 for 第十二条之一, else None.
    :ivar length: characters of the line that the mark and the space after it take.
    """

    kind: ClauseKind
    rank: int
    printed: str
    number: int | None
    suffix: int | None
    length: int


_N = rf"[{CHINESE_DIGITS}\d０-９]"
_C = rf"[{CHINESE_DIGITS}]"
_D = r"[\d０-９]"
_SPACE = r"[ \u3000]*"

#: The ladder, outermost first. Statutes and notices share it because no document mixes 第一条 under 一、
#: with 一、 under 第一条; where （一） stands below an article it is an item of it.
_FAMILIES: tuple[tuple[ClauseKind, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第{_SPACE}(?P<n>{_N}+){_SPACE}(编|分编|部分)(?=[ \u3000：:]|$)")),
    ("chapter", re.compile(rf"第{_SPACE}(?P<n>{_N}+){_SPACE}章(?!程)")),
    ("section", re.compile(rf"第{_SPACE}(?P<n>{_N}+){_SPACE}节(?=[ \u3000]|\S{{0,20}}$)")),
    ("article", re.compile(rf"第{_SPACE}(?P<n>{_N}+){_SPACE}条(之(?P<s>{_N}+))?")),
    ("level_1", re.compile(rf"(?P<n>{_C}+){_SPACE}[、．.](?=\S|{_SPACE}\S|$)")),
    ("level_2", re.compile(rf"[（(]{_SPACE}(?P<n>{_C}+){_SPACE}[）)]")),
    ("level_3", re.compile(rf"(?P<n>{_D}{{1,3}}){_SPACE}[.．、](?!\d)|(?P<m>[⒈-⒛])")),
    (
        "level_4",
        re.compile(rf"[（(]{_SPACE}(?P<n>{_D}{{1,3}}){_SPACE}[）)]|(?P<m>[⑴-⒇])|(?P<k>{_D}{{1,2}})[）)]"),
    ),
    ("level_5", re.compile(rf"(?P<m>[{ENCLOSED_DIGITS}])")),
)

#: What follows a number when the line speaks of that clause instead of opening it: 第15条所述…,
#: （二）和（三）中…, 第十条至第十二条. A new clause never begins so.
_REFERENCE_TAIL = re.compile(
    r"[ \u3000]*(所[述列称指]|[和与及或至到、，,—～~-]|中[的所规提]|[项款目条]|规定[的，,]|的(规定|要求)|第[一二三四五六七八九十\d]+[款项])"
)
#: For （二） and 1. the tail of a reference is narrower: their text may begin with nearly anything.
_NARROW_TAIL = re.compile(
    r"[ \u3000]*(所[述列称指]|[和与及或至到][（(]|[、，,—～~-][（(]|中[的所规提]|[项款目条][^目]?)"
)

_ANNEX = re.compile(
    rf"附{_SPACE}[件表录]{_SPACE}(?P<n>{_N}{{0,3}}){_SPACE}[:：.．]?{_SPACE}(?P<title>[^。；;]{{0,60}})$"
)
_ANNEX_RANK = -1


def read_mark(line: str) -> Mark | None:
    """The clause number that a line begins with, or None.

    A number that only refers to a clause (第15条所述…) is none.

    >>> mark = read_mark("（二）实施基础教育公平优质行动")
    >>> (mark.kind, mark.number, mark.length)
    ('level_2', 2, 3)
    >>> read_mark("第15条所述任务由区教委承担") is None
    True
    """
    for rank, (kind, pattern) in enumerate(_FAMILIES):
        match = pattern.match(line)
        if match is None:
            continue
        groups = match.groupdict()
        printed_number = groups.get("n") or groups.get("m") or groups.get("k") or ""
        number = parse_number(printed_number)
        if number is None:
            return None
        tail = _REFERENCE_TAIL if kind == "article" else _NARROW_TAIL
        if kind not in ("part", "chapter", "section", "level_1") and tail.match(line, match.end()):
            return None
        suffix = parse_number(groups["s"]) if groups.get("s") else None
        space = len(line[match.end() :]) - len(line[match.end() :].lstrip(" \u3000"))
        return Mark(kind, rank, match.group(0), number, suffix, match.end() + space)
    return None


def read_annex(line: str) -> Mark | None:
    """附件, 附件2, 附表1：… standing alone or with a short title; a list of annexes is for the parser to see."""
    match = _ANNEX.match(line)
    if match is None:
        return None
    printed = line[: match.start("title")].rstrip()
    return Mark("annex", _ANNEX_RANK, printed, parse_number(match.group("n")), None, match.start("title"))
