"""By when: years that a sentence sets as a date to meet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.numerals import parse_number
from ingest.schema import Clause, ClauseTree

_HAN_YEAR = "[〇○零一二三四五六七八九]{4}"
#: 到2027年, 2026年6月底前, 至二〇三〇年末; not 由2025年的88%, 较2025年, 2025年以来, （2024—2035年）.
_YEAR = re.compile(
    rf"(?P<lead>截至|截止|力争|争取|[到至在]|由|从|较|比|自)?(?P<year>20\d\d|{_HAN_YEAR})年"
    r"(?P<tail>\d{1,2}月(?:\d{1,2}日)?)?(?:年?[底末初]|秋季学期|春季学期)?(?P<before>之?前|以前)?"
    r"(?P<after>的|以来|起|开始|度|[—–~-])?"
)
_FIVE_YEARS = re.compile(
    r"[“「]?(?P<number>十[一二三四五六七八九]|二十)五[”」]?(?:时期|期间|规划期)?(?P<end>期?末|结束时|期间|时期)"
)
_WITHIN = re.compile(
    rf"(?P<number>[\d{'一二三四五六七八九十'}]+)年[之以]?内|通过(?P<effort>[一二三四五六七八九十\d]+)年努力"
)
_PERIOD = re.compile(r"(?P<first>20\d\d)\s*[—–~-]+\s*(?P<last>20\d\d)\s*年")
#: The fourteenth five-year plan ended in 2025; each later one ends five years on.
_FOURTEENTH_ENDS = 2025


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date to meet: the year, and the span of the words that set it."""

    year: int
    start: int
    end: int


def deadlines(text: str, start: int, end: int, *, title: str = "") -> list[Deadline]:
    """The dates to meet that ``text[start:end]`` sets, in order.

    A relative one (三年内) counts from the first year of the period in the document's title.

    >>> [deadline.year for deadline in deadlines("到2027年，由2025年的88%提高到93%", 0, 22)]
    [2027]
    """
    found = []
    for match in _YEAR.finditer(text, start, end):
        if match["lead"] in ("由", "从", "较", "比", "自") or match["after"]:
            continue
        if text[match.start() - 1 : match.start()] in ("—", "–", "-", "~", "〔", "（"):
            continue
        year = parse_number(match["year"])
        # A full date without 前 is when something happened or was issued.
        dated = match["tail"] and "日" in match["tail"] and not match["before"]
        if year and not dated:
            found.append(Deadline(year, match.start(), match.end()))
    for match in _FIVE_YEARS.finditer(text, start, end):
        number = parse_number(match["number"])
        if number:
            found.append(Deadline(_FOURTEENTH_ENDS + 5 * (number - 14), match.start(), match.end()))
    period = _PERIOD.search(title)
    for match in _WITHIN.finditer(text, start, end) if period else ():
        years = parse_number(match["number"] or match["effort"])
        if years and period:
            found.append(Deadline(int(period["first"]) + years - 1, match.start(), match.end()))
    return sorted(found, key=lambda deadline: deadline.start)


def first_year(title: str, issued: str | None = None) -> int | None:
    """The year from which a document looks forward: that of its title's period, or of its issue.

    >>> [first_year("行动计划（2026—2028年）"), first_year("“十五五”规划"), first_year("方案", "2025-03-23")]
    [2026, 2026, 2025]
    """
    period = _PERIOD.search(title)
    if period:
        return int(period["first"])
    plan = re.search(r"(十[一二三四五六七八九]|二十)五[”」]?规划", title)
    number = parse_number(plan[1]) if plan else None
    if number:
        return _FOURTEENTH_ENDS + 5 * (number - 14) - 4
    return int(issued[:4]) if issued and issued[:4].isdigit() else None


def inherited(tree: ClauseTree, clause: Clause) -> int | None:
    """The year that the headings above a clause set, or the sentence with a colon that lists it."""
    for above in reversed(tree.path(clause.clause_id)[:-1]):
        text = tree.own_text(above)
        if text.rstrip().endswith(("：", ":")) or above.heading:
            years = deadlines(text, 0, len(text))
            if years:
                return years[-1].year
    return None
