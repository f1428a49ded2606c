"""From a model's sentence to a statement that stands on the text, or to nothing."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.llm.prompt import Shown
from bot.llm.reply import Said
from bot.llm.wording import put_together, whole_pieces
from bot.readable import readable
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
#: Marks of Markdown, references of its own, and a yes or no: what is so, the sentence has to say itself.
_MARKS = re.compile(r"[\[［【]C?\d*[\]］】]|[*_`#<>\[\]|]")
_VERDICT = re.compile(
    r"^(?:是的|不是的?|对的?|没错|不对|正确|错误|可以|不可以|能|不能|有|没有|会|不会)[，,。！!：:]\s*"
)


@dataclass(frozen=True, slots=True)
class Grounded:
    """What became of a sentence.

    :ivar statement: the sentence; or the nearest of its quotes, where it says more than they do; or None.
    :ivar remark: what was wrong with it, for the explanation; empty where nothing was.
    """

    statement: Statement | None
    remark: str = ""


def ground(
    said: Said, shown: Sequence[Shown], trees: Mapping[str, ClauseTree], bodies: BodyTable
) -> Grounded:
    """The sentence on its quotes; where it says more than they do, a quote in its place.

    The citation's words are always those of the document, whatever the model wrote, in whole pieces between commas.
    """
    known = {each.handle: each for each in shown}
    evidence: dict[tuple[str, int, int], Evidence] = {}
    for handle, quote in said.support:
        place = known.get(handle.strip().strip("[]"))
        span = place and find_quote(place.tree.doc.text, place.clause.start, place.clause.subtree_end, quote)
        if place and span:
            start, end = whole_pieces(place.tree, *span)
            text, doc_id = place.tree.doc.text[start:end], place.tree.doc_id
            inner = place.tree.at(start).clause_id
            evidence.setdefault((doc_id, start, end), Evidence(doc_id, inner, start, end, text, 1.0))
    written = _VERDICT.sub("", to_simplified(readable(_MARKS.sub("", readable(said.text)))))
    if not evidence:
        return Grounded(None, f"“{written}”：引文不在所指的条款里")
    spans = tuple(evidence.values())
    statement = Statement(written, spans)
    problems = _problems(statement, trees, bodies) if written else ["没有写什么"]
    if not problems:
        return Grounded(statement)
    nearest = max(spans, key=lambda span: _in_common(written, span.text))
    repaired = Statement(nearest.text, (nearest,))
    fits = len(nearest.text) <= _REPAIRABLE and not _unverified(repaired, trees, bodies)
    return Grounded(repaired if fits else None, f"“{written}”：{problems[0]}")


def _in_common(said: str, quote: str) -> int:
    """How many pairs of neighbouring characters of a sentence a quote has."""
    return sum(pair in quote for pair in map("".join, itertools.pairwise(said)))


def _problems(statement: Statement, trees: Mapping[str, ClauseTree], bodies: BodyTable) -> list[str]:
    if len({span.doc_id for span in statement.evidence}) > 1:
        return ["引文出自不同的文件"]
    tree = trees[statement.evidence[0].doc_id]
    problems = _unverified(statement, trees, bodies)
    return problems or put_together(statement.text, statement.evidence, tree, bodies)


def _unverified(statement: Statement, trees: Mapping[str, ClauseTree], bodies: BodyTable) -> list[str]:
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
