"""Two documents, two years or two things side by side: who says what, each with its clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.decide import Decision
from bot.definitions import asked_sets
from bot.drafts import Draft
from bot.evidence import standing_for_itself, window
from bot.finding import Finding
from bot.question import Question, QuestionKind
from bot.scope import default_document
from bot.statements import Statement, speaker
from bot.terms import Topic
from bot.verify import may_speak_of
from ingest.fold import fold
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from bot.service import Service

#: A side must be covered at least this well, since it is asked for by name and lacks the words of the other; a
#: figure in the unit that is asked for speaks for its place as well.
_SIDE_REACH, _FIGURE_REACH = 0.45, 0.35
#: A side that is covered this much worse than the other is looked for where the two documents correspond.
_FAR_BEHIND = 0.75
_STATEMENT_LIMIT = 90
#: How the sides of a comparison are named and joined; none of it is what they are compared in.
_SIDES = re.compile(
    r"(?:我们|咱们?|本)?(?:[区市]里头?|[区市]头|[区市]级|[区市](?=[的要])|全[区市]|国家(?!级)|中央|教育部|涪陵区?|重庆市?)(?:的|要求|规定|目标|层面|这边|那边|讲|说)?"
    r"|[各分]别?(?:是|要|怎么)?|(?:有)?(?:啥子?|什么|哪些?)?(?:不同|不一样|差别|区别|两样)|比一比|对照|换成了?|叫法|说法|提法|名称|差在哪里?|覆盖面|数据|现状|同样(?:讲|说|写|是)?"
)
#: Things that are asked for one by one: “县管校聘”和“区管校聘”分别……
_ONE_BY_ONE = re.compile(r"分别|各(?:是|在|指|有|要|自)|都(?:是|指|在)|哪里不同|有什么(?:不同|区别)")


@dataclass(frozen=True, slots=True)
class _Side:
    """What one document says to the question that both are asked."""

    doc_id: str
    topic: Topic
    draft: Draft
    figure: bool = False

    @property
    def reach(self) -> float:
        return self.draft.lead.reach

    @property
    def speaks(self) -> bool:
        """Whether the document says something to the question at all."""
        return self.reach >= (_FIGURE_REACH if self.figure and self.draft.found > 0 else _SIDE_REACH)


def compare(service: Service, question: Question, named: Sequence[str]) -> Finding | None:
    """A line for each side of a comparison, the district first; None where the question compares nothing."""
    if len(question.years) >= 2:
        return _by_year(service, question, named)
    if len(named) >= 2:
        return _by_document(service, question, named)
    if len(question.quoted) >= 2 and _ONE_BY_ONE.search(question.folded):
        return _by_name(service, question, named)
    return None


def _by_document(service: Service, question: Question, named: Sequence[str]) -> Finding | None:
    sides = {doc_id: side for doc_id in named if (side := _side(service, question, doc_id)) is not None}
    if sides:
        best = max(sides.values(), key=lambda side: side.reach)
        for doc_id in named:
            weak = doc_id not in sides or sides[doc_id].reach < _FAR_BEHIND * best.reach
            if weak and (other := _counterpart(service, question, best, doc_id)) is not None:
                sides[doc_id] = other
    found = [sides[doc_id] for doc_id in named if doc_id in sides and sides[doc_id].speaks]
    if not found:
        return None
    statements = [_introduced(service, side) for side in found]
    absent = [doc_id for doc_id in named if all(side.doc_id != doc_id for side in found)]
    if absent:
        said = fold(found[0].draft.statements[0].text)
        silent = [tree for doc_id in absent if not may_speak_of(tree := service.trees[doc_id], said)]
        if silent:
            titles = "、".join(f"《{tree.meta.name}》" for tree in silent)
            text = f"{titles}没有写到这一点；{statements[0].text}"
            statements[0] = replace(statements[0], text=text)
    return Finding(statements, Decision(None, 0.8, {}), {"kind": "comparison", "documents": list(named)})


def _side(service: Service, question: Question, doc_id: str) -> _Side | None:
    kind = question.kind if question.unit or question.kind is QuestionKind.DEFINITION else QuestionKind.OPEN
    if asked_sets(question):
        kind = QuestionKind.DEFINITION
    topic_text = re.sub(r"\s+", " ", _SIDES.sub(" ", question.topic)).strip() or question.topic
    plain = replace(question, kind=kind, figures=(), topic=topic_text)
    _, topic, drafted = service.draft(plain, named=[doc_id])
    return _Side(doc_id, topic, drafted, kind is QuestionKind.FIGURE) if drafted is not None else None


def _counterpart(service: Service, question: Question, best: _Side, doc_id: str) -> _Side | None:
    """What the clause of another document says that corresponds to the one which answers."""
    lead = best.draft.lead
    for clause_id in service.counterparts(lead.tree.doc_id, lead.clause.clause_id, doc_id):
        plain = replace(question, kind=QuestionKind.OPEN, figures=(), topic=_SIDES.sub(" ", question.topic))
        _, topic, drafted = service.draft(plain, within=(doc_id, clause_id))
        if drafted is not None and drafted.lead.coverage > 0:
            return _Side(doc_id, topic, drafted)
    return None


def _introduced(service: Service, side: _Side) -> Statement:
    """What one document says, introduced by its level and title."""
    said = side.draft.statements[0]
    return replace(said, text=f"{speaker(service.trees[side.doc_id].meta)}{said.text}")


def _by_name(service: Service, question: Question, named: Sequence[str]) -> Finding | None:
    """For each name in quotation marks, what is said of it."""
    statements = []
    for name in question.quoted:
        rest = replace(question, kind=QuestionKind.OPEN, topic=name, quoted=(name,), figures=())
        _, topic, drafted = service.draft(rest, named=named)
        if drafted is None or topic.coverage(drafted.lead.matches) < _SIDE_REACH:
            continue
        lead = drafted.lead
        start, end = window(lead, topic, limit=_STATEMENT_LIMIT)
        evidence = lead.evidence(start, end)
        title = lead.tree.meta.name
        statements.append(Statement(f"《{title}》{lead.clause.label}：{evidence.text}", (evidence,)))
    if len(statements) < 2:
        return None
    return Finding(statements, Decision(None, 0.8, {}), {"kind": "comparison"})


def _by_year(service: Service, question: Question, named: Sequence[str]) -> Finding | None:
    """For each year that the question names, what is said of it."""
    statements = []
    for year in question.years:
        text, topic_text = question.text, question.topic
        for other in question.years:
            if other != year:
                text = text.replace(f"{other}年", "").replace(other, "")
                topic_text = topic_text.replace(f"{other}年", "")
        topic_text = re.sub(r"\d?个?阶段|\d步", " ", _SIDES.sub(" ", topic_text))
        rest = replace(question, text=text, topic=topic_text, years=(year,), kind=QuestionKind.OPEN)
        doc_ids = list(named) or [default_document(service.trees)]
        _, topic, drafted = service.draft(rest, named=doc_ids)
        if drafted is None or drafted.lead.reach < _SIDE_REACH or year not in drafted.lead.text:
            names_more = service.has_topic(rest.topic.replace(year, ""))
            if not names_more and (opening := _opening(service, doc_ids[0], year)) is not None:
                statements.append(opening)
            continue
        start, end = window(drafted.lead, topic, limit=_STATEMENT_LIMIT)
        evidence = drafted.lead.evidence(start, end)
        statements.append(Statement(evidence.text, (evidence,)))
    if len(statements) < 2:
        return None
    return Finding(statements, Decision(None, 0.85, {}), {"kind": "comparison"})


def _opening(service: Service, doc_id: str, year: str) -> Statement | None:
    """The sentence that opens what a document wants to have reached by a year, for a question that names no more."""
    tree = service.trees[doc_id]
    for start, end in sentence_spans(tree.doc.text):
        if re.match(rf"[-\s]*到{year}年", tree.doc.text[start:end]):
            evidence = standing_for_itself(tree, start, end).evidence()
            return Statement(evidence.text, (evidence,))
    return None
