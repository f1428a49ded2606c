"""From retrieved clauses to the sentences that may answer, each with what speaks for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.figures import Figure, figures_in, same_unit
from bot.question import Question, QuestionKind
from bot.schema import Evidence, Hit
from bot.segments import Segment, segments
from bot.terms import Topic
from ingest.expected import Answering
from ingest.fold import fold
from ingest.glosses import NO_GLOSSES, Glosses
from ingest.schema import Clause, ClauseTree
from ingest.sentences import sentence_spans

#: What a term found only in the headings, or only elsewhere in the clause, is worth beside one found in the
#: sentence itself.
_HEADING_WORTH = 0.55
_CLAUSE_WORTH = 0.3
#: What a term found in a gloss of the text is worth.
_GLOSS_WORTH = 0.8
#: What the retriever's opinion is worth beside full coverage.
_RETRIEVAL_WORTH = 0.3
#: What it is worth that a sentence has what the question asks for: a figure in the unit, a year, a claimed one.
_ASKED_WORTH = 0.22
_ASKED_OF_CLAUSE = 0.1
_UNIT_MISSING = 0.12
#: The plan of the own district comes first where a question names no document.
_OWN_LEVEL_WORTH = 0.18


#: What it is worth that a sentence names the topic again and again, for each time after the first.
_REPEATED_WORTH = 0.05
#: What is to be done, and by whom, stands in the numbered items rather than in the general part before them.
_ITEM_WORTH = 0.08
_ITEMS = ("level_2", "level_3", "level_4", "item", "article")
#: Parts of a hit's score that belong to single sentences.
_OF_SENTENCES: tuple[str, ...] = ("glossed", "expected")
#: What it is worth that a question is expected of the sentence that is like the one asked.
_EXPECTED_WORTH = 0.5
#: What it is worth that a clause was cited in the answer before: a follow-up most often goes on about it.
_RECENT_WORTH = 0.25
#: What a digest says of itself (规划原文未读到, 口径提醒) answers nothing that is asked of the document.
_REMARK, _REMARK_COST = re.compile("未读到|没有读到|提醒[:,]"), 0.35


@dataclass(frozen=True)
class Sentence:
    """A sentence of a retrieved clause, judged against a question.

    :ivar matches: for each term of the topic, how well this sentence has it.
    :ivar context: the same for its headings and the rest of its clause.
    :ivar coverage: share of the topic's weight in the sentence alone.
    :ivar reach: the same with headings and clause counted in full: what the place as a whole is about.
    :ivar relevance: its coverage with headings and clause at a discount: how much it is on the topic.
    :ivar score: what it is ranked by; comparable within one question only.
    :ivar alike: how like the question is to one that is expected of the sentence, from 0 to 1.
    """

    tree: ClauseTree
    clause: Clause
    start: int
    end: int
    matches: tuple[float, ...]
    context: tuple[float, ...]
    coverage: float
    reach: float
    relevance: float
    score: float
    glosses: Glosses = NO_GLOSSES
    alike: float = 0.0

    def matches_in(self, topic: Topic, text: str) -> tuple[float, ...]:
        """How well a part of the sentence, as printed, has each term of a topic, glosses of it included."""
        return _matches(topic, fold(text), self.glosses)

    @property
    def text(self) -> str:
        return self.tree.doc.text[self.start : self.end]

    @property
    def folded(self) -> str:
        return fold(self.text)

    def evidence(self, start: int | None = None, end: int | None = None) -> Evidence:
        """The sentence, or the part of it that is given, as evidence; its closing punctuation left out."""
        start = self.start if start is None else start
        end = self.end if end is None else end
        text = self.tree.doc.text
        while end > start + 1 and text[end - 1] in "。；，！？：;, \n":
            end -= 1
        return Evidence(self.tree.doc_id, self.clause.clause_id, start, end, text[start:end], self.score)


def standing_for_itself(tree: ClauseTree, start: int, end: int) -> Sentence:
    """A span that was found by other means than search, as a sentence that needs no judging."""
    return Sentence(tree, tree.at(start), start, end, (), (), 1.0, 1.0, 1.0, 1.0)


def judge(
    question: Question,
    topic: Topic,
    hits: Sequence[Hit],
    trees: dict[str, ClauseTree],
    *,
    own_first: bool,
    glosses: Glosses = NO_GLOSSES,
    alike: Sequence[Answering] = (),
    recent: Collection[tuple[str, str]] = (),
) -> list[Sentence]:
    """The sentences of the clauses that were retrieved, best first.

    :param glosses: everyday wording beside printed phrases; what a gloss says counts for its sentence.
    :param own_first: whether the plan of the lowest level is preferred, because no document was named.
    :param alike: places that answer expected questions like this one.
    :param recent: clauses that the answer before stood on, as ``(doc_id, clause_id)``.
    """
    # What a whole clause's glosses and expected questions add is left out: here they count for the sentence that
    # they stand beside.
    scores = [hit.score - sum(hit.scores.get(name, 0.0) for name in _OF_SENTENCES) for hit in hits]
    best = max(scores, default=0.0) or 1.0
    worth: dict[tuple[str, str], float] = {}
    for hit, score in zip(hits, scores, strict=True):
        key = (hit.chunk.doc_id, hit.chunk.clause_id)
        worth[key] = max(worth.get(key, 0.0), score / best)
    for key in recent:
        worth.setdefault(key, 0.0)
    judged = []
    for (doc_id, clause_id), retrieval in worth.items():
        tree = trees[doc_id]
        clause = tree.find(clause_id)
        if clause is not None:
            own = _OWN_LEVEL_WORTH if own_first and tree.meta.level == "district" else 0.0
            favour = own + (_RECENT_WORTH if (doc_id, clause_id) in recent else 0.0)
            judged += _judge_clause(question, topic, tree, clause, retrieval, favour, glosses, alike)
    # Equal scores keep the order of the text, so that the same question gives the same answer.
    return sorted(judged, key=lambda sentence: (-sentence.score, sentence.tree.doc_id, sentence.start))


def _judge_clause(
    question: Question,
    topic: Topic,
    tree: ClauseTree,
    clause: Clause,
    retrieval: float,
    favour: float,
    glosses: Glosses,
    alike: Sequence[Answering],
) -> list[Sentence]:
    headings = " ".join(step.heading for step in tree.path(clause.clause_id))
    in_headings = topic.matches(fold(headings))
    clause_folded = fold(tree.own_text(clause))
    in_clause = _matches(topic, clause_folded, glosses)
    acts = question.kind in (QuestionKind.MEASURES, QuestionKind.WHO, QuestionKind.WHICH)
    here = [
        place for place in alike if place.doc_id == tree.doc_id and clause.start <= place.start < clause.end
    ]
    judged = []
    for start, end in sentence_spans(tree.doc.text, start=clause.start, end=clause.end):
        if _is_heading_only(tree, clause, start, end):
            continue
        folded = fold(tree.doc.text[start:end])
        matches = _matches(topic, folded, glosses)
        discounted = [_HEADING_WORTH * value for value in in_headings]
        faint = [_CLAUSE_WORTH * value for value in in_clause]
        support = topic.coverage(matches, discounted, faint)
        score = support + favour + _RETRIEVAL_WORTH * retrieval
        score += _asked_for(question, tree.doc.text, start, end, folded, clause_folded)
        score += _REPEATED_WORTH * min(3, topic.mentions(folded) - 1) if topic.mentions(folded) > 1 else 0.0
        score -= _REMARK_COST if tree.meta.form == "digest" and _REMARK.search(folded) else 0.0
        likest = max((place.similarity for place in here if start <= place.start < end), default=0.0)
        score += _EXPECTED_WORTH * likest
        score += _ITEM_WORTH if acts and clause.kind in _ITEMS else 0.0
        judged.append(
            Sentence(
                tree,
                clause,
                start,
                end,
                matches,
                tuple(max(pair) for pair in zip(in_headings, in_clause, strict=True)),
                topic.coverage(matches),
                topic.coverage(matches, in_headings, in_clause),
                support,
                score,
                glosses,
                likest,
            )
        )
    return judged


def _matches(topic: Topic, folded: str, glosses: Glosses) -> tuple[float, ...]:
    """How well a text, or at a discount a gloss of it, has each term."""
    return topic.matches(without_quotes(folded), glosses.text_of(folded), _GLOSS_WORTH)


def without_quotes(folded: str) -> str:
    """A folded text without the quotation marks that part “五名”工程, which is asked for as 五名工程."""
    return folded.replace("“", "").replace("”", "").replace('"', "")


def whole(sentence: Sentence) -> Sentence:
    """The sentence up to its full stops, where a list after a colon is set off by semicolons (五对关系：…；…。)."""
    text = sentence.tree.doc.text
    start, end = sentence.start, sentence.end
    while start > sentence.clause.start and text[start - 1] in "；;":
        start = max(text.rfind(mark, sentence.clause.start, start - 1) for mark in "。；;\n") + 1
        start = max(start, sentence.clause.start)
    while end < sentence.clause.end and text[end - 1] in "；;":
        stops = [at for mark in "。；;\n" if (at := text.find(mark, end, sentence.clause.end)) >= 0]
        end = min(stops) + 1 if stops else sentence.clause.end
    return replace(sentence, start=start, end=end)


def _is_heading_only(tree: ClauseTree, clause: Clause, start: int, end: int) -> bool:
    """Whether a sentence is no more than the clause's number and run-in heading."""
    text = tree.doc.text[start:end]
    return bool(clause.heading) and text.strip("。 ").removeprefix(clause.number).strip() == clause.heading


def _asked_for(question: Question, text: str, start: int, end: int, folded: str, clause_text: str) -> float:
    """What it is worth that the sentence has the kind of thing that is asked for."""
    worth = 0.0
    if question.kind is QuestionKind.FIGURE or question.figures:
        figures = figures_in(text, start, end)
        units = [same_unit(question.unit, figure.unit) for figure in figures]
        if any(units):
            worth += _ASKED_WORTH
        elif question.kind is QuestionKind.FIGURE:
            worth -= _UNIT_MISSING
    if any(claim in folded for claim in question.figures):
        worth += _ASKED_WORTH
    if question.kind is QuestionKind.DATE and any(f"{year}年" in folded for year in _years(folded)):
        worth += _ASKED_WORTH
    if question.month and (question.month in clause_text or _spoken_month(question.month) in clause_text):
        worth += _ASKED_WORTH
    if question.years:
        if any(year in folded for year in question.years):
            worth += _ASKED_WORTH
        elif any(year in clause_text for year in question.years):
            worth += _ASKED_OF_CLAUSE
        # 到2027年，…… opens what is to be reached by then; elsewhere the year is that of one measure.
        worth += _ASKED_WORTH if folded.startswith(tuple(f"到{year}年" for year in question.years)) else 0.0
    return worth


def _spoken_month(month: str) -> str:
    """2025年8月 for 2025-08."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


def _years(folded: str) -> list[str]:
    return [
        folded[i : i + 4]
        for i in range(len(folded) - 4)
        if folded[i : i + 2] in ("19", "20") and folded[i : i + 4].isdigit()
    ]


def best_figure(question: Question, topic: Topic, sentence: Sentence) -> tuple[Figure, float] | None:
    """The figure of a sentence that the question asks for, with the share of the topic its own words cover.

    Words of an enumeration's first member carry over to later ones that are too short to stand alone
    (国家级示范校1所、市级5所).
    """
    figures = figures_in(sentence.tree.doc.text, sentence.start, sentence.end)
    ranked: list[tuple[float, int, Figure, float]] = []
    carried = ""
    for order, figure in enumerate(figures):
        own = figure.piece.text
        if len(own) <= _ELLIPTIC and carried:
            own = own + carried
        else:
            carried = own
        own_matches = sentence.matches_in(topic, own)
        in_piece = topic.coverage(own_matches)
        in_segment = topic.coverage(sentence.matches_in(topic, figure.segment.text))
        beside = sentence.matches_in(topic, _before(sentence, figure))
        covered = topic.coverage(own_matches, [_BESIDE_WORTH * value for value in beside])
        unit = 0.5 if question.unit and same_unit(question.unit, figure.unit) else 0.0
        exact = 0.1 if question.unit == figure.unit else 0.0
        score = in_piece + 0.3 * in_segment + unit + exact
        ranked.append((-score, order, figure, max(covered, in_segment)))
    if not ranked:
        return None
    _, _, figure, covered = min(ranked)
    if question.unit and not same_unit(question.unit, figure.unit):
        return None
    return figure, covered


def _before(sentence: Sentence, figure: Figure) -> str:
    """What stands before a figure: its own piece between commas up to it, and some pieces before that."""
    pieces = segments(sentence.tree.doc.text, sentence.start, sentence.end)
    at = next((i for i, piece in enumerate(pieces) if piece.start <= figure.start < piece.end), 0)
    return sentence.tree.doc.text[pieces[max(0, at - _PIECES_BEFORE)].start : figure.segment.end]


#: What a term found before the figure, but not in its piece, is worth for that figure, and how far back it may be.
_BESIDE_WORTH = 0.6
_PIECES_BEFORE = 2
#: Members of an enumeration up to this length (市级5所) lean on the member before them, in characters.
_ELLIPTIC = 5


def window(sentence: Sentence, topic: Topic, *, limit: int) -> tuple[int, int]:
    """The part of a sentence that has what the topic names, at most about ``limit`` characters where it can.

    The shortest run of pieces between commas with the coverage of the whole, then the piece after it and the
    piece before it while there is room. A sentence that fits stays whole.
    """
    if sentence.end - sentence.start <= limit:
        return sentence.start, sentence.end
    pieces = segments(sentence.tree.doc.text, sentence.start, sentence.end)
    matched = [sentence.matches_in(topic, piece.text) for piece in pieces]
    full = topic.coverage(*matched)
    runs = [
        (pieces[j].end - pieces[i].start, i, j)
        for i in range(len(pieces))
        for j in range(i, len(pieces))
        if topic.coverage(*matched[i : j + 1]) >= 0.95 * full
    ]
    _, first, last = min(runs)
    while True:
        grown = _grown(pieces, first, last, limit)
        if grown is None:
            return pieces[first].start, pieces[last].end
        first, last = grown


def _grown(pieces: Sequence[Segment], first: int, last: int, limit: int) -> tuple[int, int] | None:
    if last + 1 < len(pieces) and pieces[last + 1].end - pieces[first].start <= limit:
        return first, last + 1
    if first and pieces[last].end - pieces[first - 1].start <= limit:
        return first - 1, last
    return None
