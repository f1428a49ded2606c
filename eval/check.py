"""What can be proved of a question set: ids, halves, twins, clauses that exist, facts that stand in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.bodies import known_bodies
from eval.clauses import ClauseBook
from eval.dataset import root_id, side
from eval.fold import fold, holds
from eval.schema import Question


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a question, in a sentence that says what to change."""

    question_id: str
    message: str


def check_questions(questions: Sequence[Question], book: ClauseBook | None) -> list[Finding]:
    """All that is wrong with a set; empty when nothing is.

    :param book: without it the clauses and facts are not looked up.
    """
    by_id = {question.id: question for question in questions}
    findings = _repeated(questions)
    for question in questions:
        findings += [Finding(question.id, message) for message in _twin_faults(question, by_id)]
        unknown = [name for name in question.owners if name not in known_bodies()]
        findings += [Finding(question.id, f"owners 里的“{name}”不在 bodies.json") for name in unknown]
        if book is not None:
            findings += [Finding(question.id, message) for message in _clause_faults(question, book)]
    return findings


def check_halves(
    halves: Mapping[str, Sequence[Question]],
) -> list[Finding]:
    """Every question whose family belongs to the other half than the file it stands in."""
    by_id = {question.id: question for half in halves.values() for question in half}
    return [
        Finding(question.id, f"按规则应在 {side(root_id(question, by_id))}.jsonl，却在 {name}.jsonl")
        for name, half in halves.items()
        for question in half
        if side(root_id(question, by_id)) != name
    ]


def _repeated(questions: Sequence[Question]) -> list[Finding]:
    asked = Counter(question.turns_asked for question in questions)
    return [
        Finding(question.id, "同样的问法另有一题")
        for question in questions
        if asked[question.turns_asked] > 1
    ]


def _twin_faults(question: Question, by_id: Mapping[str, Question]) -> list[str]:
    if question.twin_of is None:
        return []
    base = by_id.get(question.twin_of)
    if base is None:
        return [f"twin_of 指向的“{question.twin_of}”不在题集里"]
    same = ("gold", "acceptable", "facts", "says", "answerable", "reason")
    wrong = [name for name in same if getattr(question, name) != getattr(base, name)]
    return [f"与 {base.id} 同义，{'、'.join(wrong)} 却不同"] if wrong else []


def _clause_faults(question: Question, book: ClauseBook) -> list[str]:
    faults = [
        f"{field} 里的 {ref} 不存在"
        for field, refs in (("gold", question.gold), ("acceptable", question.acceptable))
        for ref in refs
        if not book.exists(ref)
    ]
    texts = [fold(book.text(ref) or "") for ref in question.gold]
    faults += [
        f"必答要点“{' / '.join(group)}”不在任何 gold 条款里"
        for group in question.facts
        if not any(holds(text, alternative) for text in texts for alternative in group)
    ]
    if question.facts and not question.says:
        faults += [
            f"gold 条款 {ref} 里一个必答要点也没有"
            for ref, text in zip(question.gold, texts, strict=True)
            if not any(holds(text, alternative) for group in question.facts for alternative in group)
        ]
    return faults
