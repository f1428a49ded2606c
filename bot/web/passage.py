"""A clause as a page shows it: lines of runs, with the quoted words marked and the printed heading strong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.schema import Clause, ClauseTree

Span = tuple[int, int]

_BIG = frozenset({"part", "chapter", "level_1", "annex"})


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters that look alike."""

    text: str
    marked: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause's own text, ready for a template.

    :ivar tag: ``h2`` or ``h3`` where the clause is nothing but its heading, else ``p``.
    :ivar lines: the text without its line breaks; the runs of all lines hold every visible character.
    :ivar depth: 0 for a root of the tree.
    """

    clause_id: str
    label: str
    kind: str
    tag: str
    depth: int
    lines: tuple[tuple[Run, ...], ...]

    @property
    def marked(self) -> bool:
        return any(run.marked for line in self.lines for run in line)


def passage(tree: ClauseTree, clause: Clause, marks: Sequence[Span] = ()) -> Passage:
    """The clause's own text; what of ``marks``, spans of the document, lies in it is marked."""
    own = tree.own_text(clause)
    strong_end = clause.start + _heading_length(own, clause)
    lines: list[tuple[Run, ...]] = []
    start = clause.start
    for line in own.splitlines(keepends=True):
        end = start + len(line.rstrip("\n"))
        if end > start:
            lines.append(_runs(tree.doc.text, (start, end), strong_end, marks))
        start += len(line)
    depth = len(tree.path(clause.clause_id)) - 1
    is_heading = strong_end > clause.start and strong_end >= clause.start + len(own.rstrip("\n"))
    tag = "p" if not is_heading else "h2" if clause.kind in _BIG else "h3"
    return Passage(clause.clause_id, clause.label, clause.kind, tag, depth, tuple(lines))


def _heading_length(own: str, clause: Clause) -> int:
    """How many characters of the own text are the printed number and the heading; 0 without a heading."""
    if not clause.heading:
        return 0
    at = own.find(clause.heading)
    if at < 0 or at > len(clause.number) + 4:
        return 0
    end = at + len(clause.heading)
    return end + 1 if own[end : end + 1] in "。：；】" and own[end : end + 1] else end


def _runs(text: str, line: Span, strong_end: int, marks: Sequence[Span]) -> tuple[Run, ...]:
    start, end = line
    cuts = {start, end}
    for offset in (strong_end, *(offset for mark in marks for offset in mark)):
        if start < offset < end:
            cuts.add(offset)
    ordered = sorted(cuts)
    return tuple(
        Run(
            text[left:right],
            marked=any(mark_start <= left and right <= mark_end for mark_start, mark_end in marks),
            strong=left < strong_end,
        )
        for left, right in pairwise(ordered)
    )


def find_all(text: str, wanted: str) -> list[Span]:
    """Where ``wanted`` stands in ``text``, without overlaps; case does not matter.

    >>> find_all("公办园、民办园和公办园", "公办园")
    [(0, 3), (8, 11)]
    """
    wanted = wanted.strip()
    if not wanted:
        return []
    haystack, needle = text.lower(), wanted.lower()
    if len(haystack) != len(text):
        # A few letters grow when lowered (İ), which would shift every offset behind them.
        haystack, needle = text, wanted
    found: list[Span] = []
    at = haystack.find(needle)
    while at >= 0:
        found.append((at, at + len(needle)))
        at = haystack.find(needle, at + len(needle))
    return found
