"""From judged sentences to statements: the shortest wording that answers, in the words of the clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.definitions import asked_sets, definition
from bot.drafts import STATEMENT_LIMIT, Draft, figure_statement
from bot.enumerations import (
    NAMED_INSTITUTION,
    counted_names,
    has_members,
    has_others,
    members_asked,
    shared_members,
)
from bot.evidence import Sentence, best_figure, whole, window
from bot.figures import Figure
from bot.overview import overview
from bot.question import Question, QuestionKind
from bot.schema import Evidence
from bot.segments import segments
from bot.statements import Statement, quoted
from bot.terms import Topic
from bot.verdicts import yes_no
from ingest.fold import fold

#: Characters that a single fact, and one statement of a list, may take before they are cut at commas.
_FACT_LIMIT = 60
_LIST_LIMIT = 160
#: Sentences of a list must be on the topic at least this much, as a share of the best one.
_LIST_SHARE = 0.62
_WHICH_SHARE = 0.85
_LIST_SENTENCES = 4
_LIST_OTHERS = 3
#: Share of the topic that a sentence must have itself for its date to be the date of that.
_DATED = 0.35
#: A list counts as the one that is asked for when its sentence has this share of the best one's score.
_MEMBERS_SHARE = 0.7
#: Share of the topic that a piece between commas must have for a list in it to be that of a named set.
_BESIDE = 0.5
#: Of the topic, a figure's sentence must have this share of what the sentence with most of it has.
_OF_NEAREST = 0.5
_ASKS_OTHERS = re.compile(r"哪些|还有|一共|都(有|叫|是)|那一?串|名字")
_ASKS_SET = re.compile(r"几(?P<set>[大个项](?:[\u4e00-\u9fff]{2}|100%))")
#: 几起 is answered by 零发生 as well.
_ASKS_INCIDENTS, _NONE = re.compile(r"(?:几|多少)起"), re.compile("零发生")
_COUNTS_INSTITUTIONS = re.compile(
    r"[哪那](\d+|[二两三四五六七八九十])(所|家|个(学校|单位|企业|公司|医院|幼儿园))"
)

_BODY = re.compile(
    r"部门|委员会|领导小组|政府|教委|党委|党组织|学校|书记|校长|局|妇联|媒体|单位|社区|家庭|企业|教师|班主任|高校|机构|团队|组织"
)
_ROLE = re.compile(
    r"印发|会同|牵头|负责|主体|责任|统筹|配合|协同|主导|承担|领导|协作|合作|联合|共建|协调|作用|带头|参与|建立"
)
_ASKS_RESPONSIBLE = re.compile(
    r"部门|单位|负责|牵头|归|责任|主管|找谁|谁(来)?管|承办|承担|由谁|哪个科|委办局|科室|哪个局"
)


def draft(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft | None:
    """The answer that the sentences give, by the kind of the question; None without sentences."""
    if not sentences:
        return None
    counted = _counted_by(question, sentences)
    if counted is not None:
        return counted
    number = members_asked(question.folded)
    others = (QuestionKind.YES_NO, QuestionKind.DATE, QuestionKind.WHO, QuestionKind.FIGURE)
    if number is not None and question.kind not in others:
        return _members(question, topic, sentences, number)
    if question.kind is QuestionKind.FIGURE:
        return _figure(question, topic, sentences)
    if question.kind is QuestionKind.DATE:
        return _date(question, topic, sentences)
    if question.kind is QuestionKind.DEFINITION:
        return _definition(question, topic, sentences)
    if question.kind is QuestionKind.WHO and _ASKS_RESPONSIBLE.search(question.folded):
        return _responsible(topic, sentences)
    if question.kind is QuestionKind.YES_NO:
        return yes_no(question, topic, sentences)
    if question.kind is QuestionKind.EVERYTHING:
        return overview(question, topic, sentences)
    if question.kind is QuestionKind.MEASURES:
        return _list(topic, sentences)
    if question.kind is QuestionKind.WHICH:
        return _list(topic, [whole(sentences[0]), *sentences[1:]], share=_WHICH_SHARE, limit=2)
    return _passage(topic, sentences)


def _counted_by(question: Question, sentences: Sequence[Sentence]) -> Draft | None:
    """The members that a question counts by what they have in common (三早, 六个“力”), where a sentence lists them."""
    names = counted_names(question.folded)
    for sentence in map(whole, sentences) if names else ():
        for name in names:
            span = shared_members(sentence.text, name)
            if span is not None:
                evidence = sentence.evidence(sentence.start + span[0], sentence.start + span[1])
                return Draft((Statement(evidence.text, (evidence,)),), sentence, 1.0)
    return None


def _figure(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft:
    counted = _counted_set(question, topic, sentences)
    if counted is not None:
        return counted
    best: tuple[float, int, Sentence, Figure, float] | None = None
    for order, sentence in enumerate(sentences[:10]):
        chosen = best_figure(question, topic, sentence)
        if chosen is None:
            continue
        figure, covered = chosen
        score = sentence.score + 0.6 * covered
        if best is None or score > best[0]:
            best = (score, order, sentence, figure, covered)
    if best is None:
        return _nothing(topic, sentences[0])
    _, _, sentence, figure, covered = best
    nearest = max(sentences, key=lambda one: (one.relevance, one.score))
    if sentence.relevance < _OF_NEAREST * nearest.relevance:
        # It is the figure of something else: what is asked about has none.
        return _nothing(topic, nearest)
    statement = figure_statement(question, sentence, figure)
    return Draft((statement,), sentence, min(1.0, covered))


def _counted_set(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft | None:
    """The sentence that names a set by its number, where that is asked for (几大体系: 八大体系), or that says none."""
    asked = _ASKS_SET.search(question.folded)
    if asked is not None:
        wanted = re.compile(rf"[\d一二三四五六七八九十]+{asked['set']}")
    elif _ASKS_INCIDENTS.search(question.folded):
        wanted = _NONE
    else:
        return None
    for sentence in sentences[:4]:
        if wanted.search(sentence.folded):
            return _passage(topic, [sentence], limit=_LIST_LIMIT)
    return None


def _date(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft:
    """The piece with the date and what it is the date of; a deadline that opens an earlier sentence counts."""
    for sentence in sentences[:6]:
        text = sentence.tree.doc.text
        pieces = segments(text, sentence.start, sentence.end)
        if sentence.coverage < max(_DATED, 0.8 * sentences[0].coverage):
            continue
        dated = [i for i, piece in enumerate(pieces) if re.search(r"(19|20)\d{2}年|\d{4}-\d{2}", piece.text)]
        if dated:
            scores = [topic.coverage(sentence.matches_in(topic, piece.text)) for piece in pieces]
            topical = max(range(len(pieces)), key=lambda i: (scores[i], -i))
            date = max((i for i in dated if i <= topical), default=dated[0])
            first, last = min(date, topical), max(date, topical)
            start, end = pieces[first].start, pieces[last].end
            if end - start > STATEMENT_LIMIT:
                said = f"{pieces[date].text}，{pieces[topical].text}"
            else:
                said = text[start:end]
            return Draft((Statement(said, (sentence.evidence(start, end),)),), sentence, 1.0)
        earlier = _deadline_before(sentence)
        if earlier is not None and sentence.coverage >= 0.5:
            start, end = window(sentence, topic, limit=_FACT_LIMIT)
            own = sentence.evidence(start, end)
            return Draft((Statement(f"{earlier.text}，{own.text}", (own, earlier)),), sentence, 0.8)
    return _nothing(topic, sentences[0])


def _deadline_before(sentence: Sentence) -> Evidence | None:
    """The deadline that opens the paragraph and so holds for the sentences after it."""
    text = sentence.tree.doc.text
    pieces = segments(text, sentence.clause.start, sentence.start)
    for piece in reversed(pieces):
        if re.match(r"(?:到|至)?(?:19|20)\d{2}年(?:底|目标|$)", piece.text):
            return sentence.evidence(piece.start, piece.end)
    return None


def _members(question: Question, topic: Topic, sentences: Sequence[Sentence], number: int) -> Draft:
    """The sentence that lists as many things as are asked for; without one, the members are not stated."""
    for sentence in map(whole, sentences):
        evidence = definition(question, sentence)
        if evidence is not None and has_members(evidence.text, number):
            return Draft((Statement(evidence.text, (evidence,)),), sentence, 1.0)
    # A set of the text's own (八大行动), and not only the question's way to count (五个面向).
    sets = [name for name in asked_sets(question) if any(name in sentence.folded for sentence in sentences)]
    near = [
        sentence
        for sentence in map(whole, sentences)
        if sentence.score >= _MEMBERS_SHARE * sentences[0].score
    ]
    for sentence in near:
        pieces = segments(sentence.tree.doc.text, sentence.start, sentence.end)
        listing = [piece for piece in pieces if has_members(piece.text, number)]
        if question.quoted or sets:
            # A named set: its members stand beside its name, not somewhere in the same sentence.
            listing = [
                piece
                for piece in listing
                if topic.coverage(sentence.matches_in(topic, piece.text)) >= _BESIDE
                or any(name in fold(piece.text) for name in sets)
            ]
        if _COUNTS_INSTITUTIONS.search(question.folded):
            listing = [piece for piece in listing if NAMED_INSTITUTION.search(piece.text)]
        elif not listing and not question.quoted and has_members(sentence.text, number):
            listing = list(pieces[:1]) if "：" in sentence.text or "；" in sentence.text else []
        if listing:
            start, end = window(sentence, topic, limit=_LIST_LIMIT)
            start, end = min(start, listing[0].start), max(end, listing[0].end)
            evidence = sentence.evidence(start, end)
            return Draft((Statement(evidence.text, (evidence,)),), sentence, 1.0)
    return _nothing(topic, sentences[0])


def _definition(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft:
    """The place that explains a term; a term that is only used is not explained."""
    for sentence in map(whole, sentences):
        evidence = definition(question, sentence)
        if evidence is not None:
            return Draft((Statement(evidence.text, (evidence,)),), sentence, 1.0)
    if question.quoted:
        lead = next((s for s in sentences if all(name in s.folded for name in question.quoted)), None)
        if (
            lead is not None
            and _ASKS_OTHERS.search(question.folded)
            and has_others(lead.text, question.quoted)
        ):
            return replace(_passage(topic, [lead], limit=_LIST_LIMIT), found=0.9)
        return _nothing(topic, sentences[0])
    return _passage(topic, [whole(sentences[0])], limit=_LIST_LIMIT)


def _responsible(topic: Topic, sentences: Sequence[Sentence]) -> Draft:
    """Who is named for a task; where nobody is, that is the answer."""
    lead = sentences[0]
    for sentence in sentences[:4]:
        if sentence.score < 0.75 * lead.score or sentence.coverage < 0.8 * lead.coverage:
            continue
        pieces = segments(sentence.tree.doc.text, sentence.start, sentence.end)
        named = [piece for piece in pieces if _BODY.search(piece.text) and _ROLE.search(piece.text)]
        covered = [piece for piece in named if topic.coverage(sentence.matches_in(topic, piece.text)) >= 0.34]
        if covered:
            start, end = covered[0].start, covered[-1].end
            if end - start > STATEMENT_LIMIT:
                end = covered[0].end
            evidence = sentence.evidence(start, end)
            return Draft((Statement(evidence.text, (evidence,)),), sentence, 1.0)
    start, end = window(lead, topic, limit=_FACT_LIMIT)
    evidence = lead.evidence(start, end)
    title = lead.tree.meta.name
    text = f"《{title}》{lead.clause.label}提出{quoted(evidence.text)}，没有写明责任单位"
    return Draft((Statement(text, (evidence,)),), lead, 0.9)


def _list(
    topic: Topic, sentences: Sequence[Sentence], *, share: float = _LIST_SHARE, limit: int = _LIST_SENTENCES
) -> Draft:
    """The sentences of the best clause that are on the topic, and of other clauses those that name it as well.

    :param share: of the best score that the others must reach.
    :param limit: how many sentences of the best clause there may be.
    """
    lead = sentences[0]
    own = [
        sentence
        for sentence in sentences
        if sentence.clause is lead.clause
        and sentence.relevance >= share * lead.relevance
        and (sentence is lead or not lead.start <= sentence.start < lead.end)
    ][:limit]
    other: dict[str, Sentence] = {}
    for sentence in sentences:
        named_as_well = sentence.coverage >= max(0.8, 0.95 * lead.coverage)
        if sentence.tree is lead.tree and sentence.clause is not lead.clause and named_as_well:
            other.setdefault(sentence.clause.clause_id, sentence)
    # The first citation is the best one; after it the order of the text.
    rest = sorted(own[1:] if own[:1] == [lead] else own, key=lambda sentence: sentence.start)
    chosen = [
        lead,
        *(sentence for sentence in rest if sentence is not lead),
        *list(other.values())[:_LIST_OTHERS],
    ]
    statements = []
    for sentence in chosen:
        start, end = window(sentence, topic, limit=_LIST_LIMIT)
        evidence = sentence.evidence(start, end)
        statements.append(Statement(evidence.text, (evidence,)))
    return Draft(tuple(statements), lead, lead.reach)


def _passage(topic: Topic, sentences: Sequence[Sentence], *, limit: int = 0) -> Draft:
    lead = sentences[0]
    start, end = window(lead, topic, limit=limit or STATEMENT_LIMIT)
    evidence = lead.evidence(start, end)
    return Draft((Statement(evidence.text, (evidence,)),), lead, lead.reach)


def _nothing(topic: Topic, lead: Sentence) -> Draft:
    """A draft that rests on the nearest sentence although it lacks what is asked for."""
    start, end = window(lead, topic, limit=_FACT_LIMIT)
    evidence = lead.evidence(start, end)
    return Draft((Statement(evidence.text, (evidence,)),), lead, 0.0)
