"""A notice, a report or another program's answer held against the documents, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.claims import Claim, claims_of
from bot.differences import Difference, differences
from bot.evidence import standing_for_itself, window
from bot.facts import facts_of
from bot.retrieve import Retriever
from bot.schema import Citation, Evidence
from bot.segments import segments
from bot.statements import cited
from bot.terms import Topic, TopicReader
from ingest.bodies import BodyTable
from ingest.fold import fold
from ingest.index import Index
from ingest.schema import Clause, ClauseTree
from ingest.sentences import sentence_spans

Verdict = Literal["supported", "contradicted", "not_mentioned", "no_claim"]

#: Clauses that are looked into for one sentence, and sentences of them that are compared with it.
_CLAUSES, _SENTENCES = 8, 6
#: Share of a claim's words that a sentence must have to be looked at, to say the same, and to speak of the same
#: when the words that differ are left out.
_NEAR, _SAME, _ABOUT = 0.4, 0.92, 0.85
#: Over how many times its own length the words of a claim may lie: further apart they speak of several things.
_WIDEST = 3
#: From which weight a word matters by itself, and below which match it is lacking.
_MATTERS, _LACKING = 2.0, 0.4
#: Share of the pairs of characters of a claim that must stand in the sentence, words of no weight left out.
_PAIRS = 0.7
_NO_PAIR = re.compile("[^\u4e00-\u9fffa-z]|[的要和与及将应需]|该?方案|涪陵|全?区里?")
_HAN = re.compile("[\u4e00-\u9fff]")
#: What a word is worth that only a heading above the sentence has.
_IN_HEADING = 0.9
#: Words of a claim that only say where it is from, or set it going.
_ATTRIBUTION = re.compile(
    r"(?:据|根据|按照?|依据)?(?:有关)?(?:报道|介绍|了解|消息|要求|规定)?(?:,)?(?:(?:涪陵|本|我|该|全)?区(?:里|上)?|(?:国家|市级|市里|区级)?(?:实施)?方案|(?:国家)?纲要|文件|规划|通知)(?:中|里)?"
    r"(?:要求|规定|明确|提出|指出|强调|写明|写道|显示|计划|将|拟)(?:,|,?要求)?|据(?:报道|介绍|了解|悉)|今后|此外|另外|同时|其中|总之|首先|其次|最后|目前"
)
_OPENING_DATE = re.compile(
    r"(?:到|至|截至|力争)?(?:\d{4}|[二〇零一三四五六七八九]{4})年(?:\d{1,2}月)?(?:底|末)?(?:前)?"
)
#: Shortest part of a sentence that is checked alone, in Han characters.
_PART = 6
#: A name of a document this short (方案, 纲要) may mean another.
_SHORT_NAME = 2
#: Longest quote, in characters.
_QUOTE = 160
_STOPS = "。；，！？：;, \n"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the documents say to one sentence.

    :ivar start, end: where the sentence stands in the text that was given.
    :ivar citations: the clause that bears it out or denies it, or the nearest one where it is not mentioned.
    :ivar instead: for a contradicted sentence, what the text says in the place of what it says, verbatim.
    :ivar said: the words of the sentence that are contradicted.
    :ivar note: what else is to be minded, or why the sentence claims nothing.
    """

    start: int
    end: int
    text: str
    verdict: Verdict
    citations: tuple[Citation, ...] = ()
    instead: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The row of the contract, ready for JSON."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "verdict": self.verdict,
            "said": list(self.said),
            "instead": list(self.instead),
            "citations": [citation.to_dict() for citation in self.citations],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class _Source:
    """A sentence of a document, and how well it has each word of the claim, from 0 to 1."""

    tree: ClauseTree
    clause: Clause
    start: int
    end: int
    coverage: float
    matches: tuple[float, ...]

    @property
    def text(self) -> str:
        return self.tree.doc.text[self.start : self.end]


class FactChecker:
    """Checks texts against one index. Safe to use from several threads."""

    def __init__(self, index: Index, retriever: Retriever, bodies: BodyTable | None = None) -> None:
        self._trees = index.trees
        self._retriever = retriever
        self._topics = TopicReader(index)
        self._bodies = bodies or BodyTable()

    def check(self, text: str) -> list[Checked]:
        """A row for each sentence, in order.

        Supported is a sentence only where its every figure, date, name and department and its words are borne
        out by one sentence of a document, and contradicted only where a sentence on the same thing says
        another value, date, body or the opposite. All else is not mentioned, though part of it may be true.

        :raises ClaimsError: when the text is empty or too long.
        """
        return [self._check(claim) for claim in claims_of(text)]

    def _check(self, claim: Claim) -> Checked:
        row = Checked(claim.start, claim.end, claim.text, "not_mentioned")
        if claim.empty in ("问句", "客套", "没有内容"):
            return replace(row, verdict="no_claim", note=claim.empty)
        if claim.empty and not self._is_heading(claim.said):
            return replace(row, verdict="no_claim", note=claim.empty)
        whole = self._judge(row, claim.said)
        if whole.verdict != "not_mentioned":
            return whole
        # What is not said in one place may be in several: each part between commas stands for itself.
        parts = _parts(claim.said)
        return _together(whole, [self._judge(row, part) for part in parts]) if len(parts) > 1 else whole

    def _is_heading(self, said: str) -> bool:
        return any(clause.heading == said for tree in self._trees.values() for clause in tree.walk())

    def _judge(self, row: Checked, text: str) -> Checked:
        """What the documents say to a text that claims something."""
        said = _ATTRIBUTION.sub("", fold(text).strip("。!;,: ")) or fold(text)
        topic = self._topics.read(_without_facts(said))
        denied: tuple[_Source, list[Difference]] | None = None
        sources = self._sources(text, topic)
        for source in sources:
            if source.coverage < _NEAR:
                continue
            found = differences(said, source.text, self._names(source), self._bodies)
            if not self._by_its_words(text, source, found):
                continue
            if not found and source.coverage >= _SAME and _hangs_together(said, source, topic):
                return replace(row, verdict="supported", citations=(self._cite(source, topic, said),))
            told = all(difference.instead is not None for difference in found)
            if denied is None and found and told and _same_matter(source, topic, found):
                denied = source, found
        if denied is not None:
            return self._contradicted(row, *denied, topic)
        nearest = [source for source in sources if source.coverage >= 0.5][:1]
        return replace(row, citations=tuple(self._cite(source, topic) for source in nearest))

    def _by_its_words(self, text: str, source: _Source, found: Sequence[Difference]) -> bool:
        """Whether each figure of a claim is said of what a figure of the source is said of.

        All words of 民办幼儿园占比70% may stand in a sentence, and 70% be the share of something else.
        """
        theirs = [piece.text for piece in segments(source.text, 0, len(source.text))]
        for piece in segments(text, 0, len(text)):
            folded = fold(piece.text)
            figures = {figure.values for figure in facts_of(folded).figures}
            if not figures:
                continue
            topic = self._topics.read(_without_facts(_ATTRIBUTION.sub("", folded)))
            differing = "".join(difference.said for difference in found)
            instead = [difference.instead for difference in found if difference.instead]
            best = 0.0
            for at, other in enumerate(theirs):
                same = figures & {figure.values for figure in facts_of(fold(other)).figures}
                if not same and not any(words in other for words in instead):
                    continue
                # A figure that stands nearly alone (达到80%以上) leans on the piece before it.
                words = (
                    other
                    if len(_HAN.findall(_without_facts(fold(other)))) >= _PART or not at
                    else theirs[at - 1] + other
                )
                best = max(best, _share(topic, topic.matches(fold(words) + self._titles(source)), differing))
            if topic.terms and best < _ABOUT:
                return False
        return True

    def _titles(self, source: _Source) -> str:
        steps = source.tree.path(source.clause.clause_id)
        return fold(" ".join((source.tree.meta.name, *(step.heading for step in steps))))

    def _sources(self, text: str, topic: Topic) -> list[_Source]:
        """The sentences nearest to a claim, best first."""
        said = fold(text)
        named = [tree.doc_id for tree in self._trees.values() if _is_named(tree, said)]
        hits = self._retriever.retrieve(text, top_k=_CLAUSES, doc_ids=named or None)
        found: dict[tuple[str, int], _Source] = {}
        for hit in hits:
            tree = self._trees[hit.chunk.doc_id]
            clause = tree.find(hit.chunk.clause_id)
            if clause is None:
                continue
            headings = fold(" ".join(step.heading for step in tree.path(clause.clause_id)))
            above = [_IN_HEADING * value for value in topic.matches(headings)]
            title = topic.matches(fold(tree.meta.name))
            for start, end in sentence_spans(tree.doc.text, start=clause.start, end=clause.end):
                own = topic.matches(fold(tree.doc.text[start:end]))
                matches = tuple(map(max, own, above, title))
                source = _Source(tree, clause, start, end, topic.coverage(matches), matches)
                found.setdefault((tree.doc_id, start), source)
        ordered = sorted(
            found.values(), key=lambda source: (-source.coverage, source.tree.doc_id, source.start)
        )
        # Of those that have the words alike, the one that has them closest together comes first.
        return sorted(
            ordered[:_SENTENCES], key=lambda source: (-round(source.coverage, 2), _spread(source, topic))
        )

    def _names(self, source: _Source) -> str:
        """What the place is called, which a claim may say as well."""
        meta = source.tree.meta
        steps = source.tree.path(source.clause.clause_id)
        names = (
            meta.title,
            meta.short_title,
            *meta.aliases,
            *(step.heading for step in steps),
            source.clause.label,
        )
        return fold("\n".join(filter(None, names)))

    def _contradicted(self, row: Checked, source: _Source, found: list[Difference], topic: Topic) -> Checked:
        citation = self._cite(source, topic, must=[difference.instead or "" for difference in found])
        return replace(
            row,
            verdict="contradicted",
            citations=(citation,),
            instead=tuple(dict.fromkeys(difference.instead or "" for difference in found)),
            said=tuple(dict.fromkeys(difference.said for difference in found)),
        )

    def _cite(self, source: _Source, topic: Topic, said: str = "", *, must: Sequence[str] = ()) -> Citation:
        """The citation of the part of a sentence that speaks of the claim, or of the whole of it."""
        tree = source.tree
        for start, end in self._spans(source, topic):
            quote = tree.doc.text[start:end]
            borne = not said or not differences(said, quote, self._names(source), self._bodies)
            if borne and all(words in quote for words in must):
                break
        evidence = Evidence(
            tree.doc_id, source.clause.clause_id, start, end, tree.doc.text[start:end], source.coverage
        )
        return cited(1, evidence, self._trees)

    def _spans(self, source: _Source, topic: Topic) -> Iterator[tuple[int, int]]:
        text = source.tree.doc.text
        sentence = standing_for_itself(source.tree, source.start, source.end)
        for start, end in (window(sentence, topic, limit=_QUOTE), (source.start, source.end)):
            while end > start + 1 and text[end - 1] in _STOPS:
                end -= 1
            yield start, end


def _spread(source: _Source, topic: Topic) -> int:
    """Over how many characters of a sentence the words of a claim lie."""
    sentence = standing_for_itself(source.tree, source.start, source.end)
    start, end = window(sentence, topic, limit=0)
    return end - start


def _is_named(tree: ClauseTree, said: str) -> bool:
    """Whether a claim says that it is from this document, by its title or another name of it."""
    names = (tree.meta.title, tree.meta.short_title, tree.meta.document_number or "", *tree.meta.aliases)
    return any(len(name) > _SHORT_NAME and fold(name) in said for name in names)


def _without_facts(said: str) -> str:
    """A folded claim without its figures and dates, which are no words of its topic."""
    for mention in reversed(facts_of(said).mentions):
        said = f"{said[: mention.start]} {said[mention.end :]}"
    return said if re.search("[\u4e00-\u9fff]{2}", said) else fold(said)


def _same_matter(source: _Source, topic: Topic, found: Sequence[Difference]) -> bool:
    """Whether a sentence has the claim's words, those that differ left out: what differs is then said of the same."""
    return _share(topic, source.matches, "".join(difference.said for difference in found)) >= _ABOUT


def _share(topic: Topic, matches: Sequence[float], differing: str) -> float:
    """Share of a topic's weight that is matched, words that differ left out; 0 where no others are left."""
    shared = [
        (term.weight, match)
        for term, match in zip(topic.terms, matches, strict=True)
        if term.text not in differing
    ]
    weight = sum(each for each, _ in shared)
    # One word that matters and is not there makes it another thing (本科院校 for 高等院校).
    if not weight or any(each >= _MATTERS and match < _LACKING for each, match in shared):
        return 0.0
    return sum(each * match for each, match in shared) / weight


def _hangs_together(said: str, source: _Source, topic: Topic) -> bool:
    """Whether the words of a claim stand together in a sentence as they do in the claim, and near each other."""
    if _spread(source, topic) > _WIDEST * len(said) + _QUOTE // 4:
        return False
    own = _NO_PAIR.sub("", _without_facts(said))
    theirs = _NO_PAIR.sub("", _without_facts(fold(source.text)))
    pairs = [own[at : at + 2] for at in range(len(own) - 1)]
    return sum(pair in theirs for pair in pairs) >= _PAIRS * len(pairs)


def _parts(said: str) -> list[str]:
    """The parts of a sentence that each claim something; a date that opens it holds for all of them."""
    pieces = [piece.text for piece in segments(said, 0, len(said))]
    date = pieces[0] if pieces and _OPENING_DATE.fullmatch(pieces[0]) else ""
    rest = pieces[1:] if date else pieces
    if any(len(re.findall("[\u4e00-\u9fff]", piece)) < _PART for piece in rest):
        return []
    return [f"{date}，{piece}" if date else piece for piece in rest]


def _together(whole: Checked, parts: Sequence[Checked]) -> Checked:
    """The row of a sentence from those of its parts: one that is denied denies it, all must be borne out."""
    verdicts = {part.verdict for part in parts}
    if "contradicted" in verdicts:
        denied = [part for part in parts if part.verdict == "contradicted"]
        note = "这一句里还有没有提到的内容" if "not_mentioned" in verdicts else ""
        return replace(
            whole,
            verdict="contradicted",
            citations=_renumbered(denied),
            instead=tuple(words for part in denied for words in part.instead),
            said=tuple(words for part in denied for words in part.said),
            note=note,
        )
    if verdicts == {"supported"}:
        return replace(whole, verdict="supported", citations=_renumbered(parts))
    borne = [part for part in parts if part.verdict == "supported"]
    if borne:
        return replace(whole, citations=_renumbered(borne), note="只有一部分有依据")
    return whole


def _renumbered(parts: Sequence[Checked]) -> tuple[Citation, ...]:
    """The citations of the parts, each once, numbered from 1."""
    kept = {(each.doc_id, each.start, each.end): each for part in parts for each in part.citations}
    return tuple(replace(each, ref=ref) for ref, each in enumerate(kept.values(), start=1))
