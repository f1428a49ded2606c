"""Where a mark leads from a place in a clause tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.marks import Mark
from bot.named import plain
from ingest.numerals import parse_number
from ingest.schema import Clause, ClauseKind, ClauseTree

_NUMBER = re.compile(r"[0-9〇○零一二三四五六七八九十百千]+|[①-⑳⑴-⒇⒈-⒛]")
_ARTICLE = re.compile(r"art(\d+)(?:-(\d+))?$")
_PARAGRAPH = re.compile(r"(?:^|\.)p(\d+)$")
_LADDER: tuple[ClauseKind, ...] = ("level_3", "level_2", "level_1", "level_4")


@dataclass(frozen=True, slots=True)
class Place:
    """A clause to look below; None for the whole document."""

    clause: Clause | None


def number_of(clause: Clause) -> int | None:
    """The printed number of a clause, or its position where it is counted (paragraphs)."""
    for pattern in (_PARAGRAPH, _ARTICLE):
        if found := pattern.search(clause.clause_id):
            return int(found[1])
    found = _NUMBER.search(plain(clause.number))
    return parse_number(found[0]) if found else None


def resolve_mark(tree: ClauseTree, place: Place, mark: Mark, number: int) -> list[Place]:
    """The clauses that a mark with this number can mean below a place, likeliest first."""
    if mark.kind == "counted":
        return _counted(tree, place, mark, number)
    if mark.kind == "article" and mark.suffix:
        wanted = f"art{number}-{mark.suffix}"
        return [Place(clause) for clause in tree.walk() if clause.clause_id.endswith(wanted)]
    candidates = numbered(tree, place, mark)
    if number < 0:
        ordered = sorted(candidates, key=lambda pair: pair[1].start)
        return [Place(ordered[number][1])] if len(ordered) >= -number else []
    found = [Place(clause) for value, clause in candidates if value == number]
    if found and mark.kind in ("article", "item") and place.clause is not None:
        # 第二部分第三条 is the item printed 3 there; it could also be its （三）.
        found += [
            Place(child)
            for child in place.clause.children
            if number_of(child) == number and child.kind == "level_2" and Place(child) not in found
        ]
    if not found and number == 1 and mark.kind in ("passage", "paragraph") and place.clause is not None:
        # A clause of a single paragraph does not number it.
        return [place] if not any(child.kind == "paragraph" for child in place.clause.children) else []
    return found


def numbered(tree: ClauseTree, place: Place, mark: Mark) -> list[tuple[int, Clause]]:
    """The clauses below a place that marks of this kind can name, each with its number."""
    below = list(_below(tree, place))
    if mark.kind == "annex":
        return _of_kinds(below, ("annex",))
    if mark.kind == "top":
        return _first_of(below, ("level_1",), ("part",), ("chapter",), ("level_2",) if place.clause else ())
    if mark.kind == "chapter":
        return _first_of(below, ("chapter",), ("level_1",))
    if mark.kind == "section":
        return _first_of(below, ("section",), ("level_2",))
    if mark.kind == "bracket":
        return (
            _first_of(below, ("item",), ("level_2",))
            if _in_article(place)
            else _first_of(below, ("level_2",), ("item",))
        )
    if mark.kind == "small_bracket":
        return _first_of(below, ("level_4",), ("level_2",))
    if mark.kind == "circled":
        return _first_of(below, ("level_5",), ("item",))
    if mark.kind == "passage" or (mark.kind == "paragraph" and place.clause and not _in_article(place)):
        # 第二十七条第三款 of a document without articles is the third paragraph there.
        children = place.clause.children if place.clause else tree.roots
        return _of_kinds(children, ("paragraph",))
    if mark.kind in ("paragraph", "item") and _in_article(place):
        children = place.clause.children if place.clause else ()
        kinds: tuple[ClauseKind, ...] = ("paragraph",) if mark.kind == "paragraph" else ("item",)
        return _of_kinds(children, kinds) or _of_kinds(below, kinds)
    if mark.kind == "article" and (articles := _of_kinds(list(tree.walk()), ("article",))):
        # Articles are numbered on through all chapters, so that a chapter before them changes nothing.
        return [pair for pair in articles if not re.search(r"art\d+-", pair[1].clause_id)]
    return _items(below)


def _items(below: list[Clause]) -> list[tuple[int, Clause]]:
    """What 第N条 or 第N项 counts in a document without articles: the lowest level whose numbers run on."""
    levels = [_of_kinds(below, (kind,)) for kind in _LADDER]
    for pairs in levels:
        if pairs and len({number for number, _ in pairs}) == len(pairs):
            return pairs
    return next((pairs for pairs in levels if pairs), [])


def by_depth(tree: ClauseTree, place: Place, numbers: list[int]) -> list[Place]:
    """Each number one level further down, whatever it was called: 第二条第（八）项27点 is 二、（八）27."""
    children = place.clause.children if place.clause else tree.roots
    for number in numbers:
        below = [child for child in children if child.kind in _LADDER and number_of(child) == number]
        if not below:
            return []
        place = Place(below[0])
        children = below[0].children
    return [place]


def _counted(tree: ClauseTree, place: Place, mark: Mark, number: int) -> list[Place]:
    """第三个行动: the third of the siblings whose headings all have that word."""
    for parent in [place.clause] if place.clause else list(tree.walk()):
        siblings = [child for child in parent.children if child.heading]
        if len(siblings) > 1 and all(mark.text in plain(child.heading) for child in siblings):
            return [Place(siblings[number - 1])] if number <= len(siblings) else []
    return []


def _below(tree: ClauseTree, place: Place) -> Iterator[Clause]:
    if place.clause is None:
        yield from tree.walk()
    else:
        for child in place.clause.children:
            yield from child.walk()


def _in_article(place: Place) -> bool:
    return place.clause is not None and bool(re.search(r"art\d+", place.clause.clause_id))


def _of_kinds(clauses: object, kinds: tuple[ClauseKind, ...]) -> list[tuple[int, Clause]]:
    pairs = []
    for clause in clauses:  # type: ignore[attr-defined]
        if clause.kind in kinds and (number := number_of(clause)) is not None:
            pairs.append((number, clause))
    return pairs


def _first_of(clauses: list[Clause], *families: tuple[ClauseKind, ...]) -> list[tuple[int, Clause]]:
    return next((pairs for kinds in families if (pairs := _of_kinds(clauses, kinds))), [])
