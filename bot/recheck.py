"""Answers that come back from outside are held against the documents before they are believed.

A browser that kept a conversation, or a program that asks for a file of it, hands over answers that this
program once gave. Their citations are made anew from the documents, never taken as they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.schema import Answer, Citation, Turn
from bot.statements import clause_label
from bot.verify import verify
from ingest.schema import ClauseTree


class Asked(Protocol):
    """What is needed of the service: its documents, and an answer where the documents alone do not settle it."""

    @property
    def trees(self) -> Mapping[str, ClauseTree]: ...

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer: ...


def recheck(service: Asked, turns: Sequence[Turn]) -> list[Turn]:
    """The turns, each with an answer that holds today; ``answer`` is None where what came does not.

    A question that came without an answer is asked. An answer holds when its quotes stand where it says and bear every figure and name in it, or when the same
    question is answered so again. What holds keeps its id; label, level and form are read off the documents.
    """
    checked: list[Turn] = []
    for turn in turns:
        history = [each for each in checked if each.answer]
        if turn.answer is None:
            answer: Answer | None = service.ask(turn.question, history)
        else:
            answer = _held(service, turn.question, turn.answer, history)
        checked.append(Turn(turn.question, answer))
    return checked


def _held(service: Asked, question: str, said: Answer, history: Sequence[Turn]) -> Answer | None:
    citations = [_remade(citation, service.trees) for citation in said.citations]
    known = tuple(citation for citation in citations if citation is not None)
    if len(known) < len(citations):
        return None
    said = replace(said, question=question, citations=known)
    if said.status == "answered" and not verify(said.answer, known, dict(service.trees)):
        return said
    # Refusals, and figures that were counted, stand in no quote: only the question itself can tell.
    again = service.ask(question, history, question_id=said.id)
    return said if _same(again, said) else None


def _remade(citation: Citation, trees: Mapping[str, ClauseTree]) -> Citation | None:
    """The citation as the document gives it, or None where the words do not stand there."""
    tree = trees.get(citation.doc_id)
    if tree is None or not 0 <= citation.start < citation.end <= len(tree.doc.text):
        return None
    if tree.doc.text[citation.start : citation.end] != citation.quote:
        return None
    clause = tree.at(citation.start)
    label = clause_label(tree, clause)
    return replace(
        citation, clause_id=clause.clause_id, label=label, level=tree.meta.level, form=tree.meta.form
    )


def _same(one: Answer, other: Answer) -> bool:
    return (one.status, one.answer, _spans(one)) == (other.status, other.answer, _spans(other))


def _spans(answer: Answer) -> list[tuple[int, str, int, int]]:
    return [(c.ref, c.doc_id, c.start, c.end) for c in answer.citations]
