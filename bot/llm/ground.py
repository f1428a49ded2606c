"""From a model's sentence to a statement that stands on the text, or to nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.llm.prompt import Shown
from bot.llm.reply import Said
from bot.schema import Evidence
from bot.statements import Statement, numbered
from bot.verify import verify
from ingest.bodies import BodyTable
from ingest.schema import ClauseTree
from ingest.script import to_simplified

#: A quote of fewer characters that count could stand anywhere.
_SHORTEST_QUOTE = 4
#: A sentence that does not hold is replaced by its quote up to this length, in characters.
_REPAIRABLE = 120
_MARKS = re.compile(r"\[\d*\]|[*_`#>]|<[^>]*>|\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Grounded:
    """What became of a sentence.

    :ivar statement: None where nothing of it could be borne.
    :ivar remark: what was wrong with it, for the explanation; empty where nothing was.
    """

    statement: Statement | None
    remark: str = ""


def ground(
    said: Said, shown: Sequence[Shown], trees: Mapping[str, ClauseTree], bodies: BodyTable
) -> Grounded:
    """The sentence on its quotes; where it says more than they do, the first quote in its place.

    The citation's words are always those of the document, whatever the model wrote.
    """
    known = {each.handle: each for each in shown}
    spans = []
    for handle, quote in said.support:
        place = known.get(handle.strip().strip("[]"))
        span = (
            find_quote(place.tree.doc.text, place.clause.start, place.clause.subtree_end, quote)
            if place
            else None
        )
        if place is not None and span is not None:
            text = place.tree.doc.text[span[0] : span[1]]
            inner = place.tree.at(span[0])
            spans.append(Evidence(place.tree.doc_id, inner.clause_id, span[0], span[1], text, 1.0))
    if not spans:
        return Grounded(None, f"“{said.text}”：引文不在所指的条款里")
    evidence = tuple(dict.fromkeys(spans))
    statement = Statement(_MARKS.sub("", said.text).strip(), evidence)
    problems = _problems(statement, trees, bodies)
    if not problems:
        return Grounded(statement)
    own = evidence[0]
    remark = f"“{said.text}”：{problems[0]}"
    repaired = Statement(own.text, (own,))
    if len(own.text) <= _REPAIRABLE and not _problems(repaired, trees, bodies):
        return Grounded(repaired, remark)
    return Grounded(None, remark)


def _problems(statement: Statement, trees: Mapping[str, ClauseTree], bodies: BodyTable) -> list[str]:
    text, citations = numbered([statement], dict(trees))
    return [problem.what for problem in verify(text, citations, dict(trees), bodies=bodies)]


def find_quote(text: str, start: int, end: int, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in ``text[start:end]``: to the letter, or but for width, script, spaces and punctuation.

    A quote that ends inside a figure is not found: 8 is no quote of 80%.
    """
    wanted = "".join(character for character, _ in _letters(quote, 0))
    if len(wanted) < _SHORTEST_QUOTE:
        return None
    letters = list(_letters(text[start:end], start))
    at = "".join(character for character, _ in letters).find(wanted)
    if at < 0:
        return None
    first, last = letters[at][1], letters[at + len(wanted) - 1][1] + 1
    cut = re.compile(r"[\d.%％]")
    if first > start and text[first].isdigit() and cut.match(text[first - 1]):
        return None
    if last < end and text[last - 1].isdigit() and cut.match(text[last]):
        return None
    return first, last


def _letters(text: str, offset: int) -> list[tuple[str, int]]:
    """The characters that count, folded one by one, each with its offset."""
    found = []
    for position, character in enumerate(to_simplified(text)):
        folded = unicodedata.normalize("NFKC", character).lower()
        for each in folded:
            if each.isalnum() or each in "%+.":
                found.append((each, offset + position))
    return found
