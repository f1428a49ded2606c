"""Question sets as expected questions: each question beside the printed phrase that holds its answer.

What is written to ``corpus/expected.tsv`` teaches the search how people ask; a set that it is made of can no longer
measure anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.clauses import ClauseBook
from eval.fold import fold, holds
from eval.schema import ClauseRef, Question
from ingest.sentences import sentence_spans

#: Kinds whose questions no single phrase answers, or which are resolved and not searched.
_NOT_SEARCHED = ("by_number", "document", "comparison", "multi_clause")
_PIECES = re.compile(r"[^，,：:]+")
#: A shorter piece (共5个) is printed in many places; its sentence is taken instead.
_SHORTEST = 8


def expected_questions(
    questions: Sequence[Question], book: ClauseBook, *, apart: Sequence[Question] = ()
) -> list[tuple[str, str]]:
    """Pairs of phrase and question, in the order of the sets; questions that no phrase answers are left out.

    :param apart: questions of the sets that go on measuring; what is asked in the same words there is left out.
    """
    measuring = {_words(question) for question in apart}
    pairs = [
        (phrase, re.sub(r"\s+", " ", question.last))
        for question in questions
        if question.facts and not question.turns and question.kind not in _NOT_SEARCHED
        if _words(question) not in measuring
        if (phrase := _phrase(question, question.gold[0], book)) is not None
    ]
    return list(dict.fromkeys(pairs))


def _words(question: Question) -> str:
    return re.sub(r"\W", "", fold(question.last))


def _phrase(question: Question, ref: ClauseRef, book: ClauseBook) -> str | None:
    """The piece between commas with the most of the facts, of the sentence with the most of them."""
    clause = book.text(ref) or ""
    sentences = [clause[start:end] for start, end in sentence_spans(clause)]
    sentence = max(sentences, key=lambda text: _facts_in(question, text), default="")
    if not _facts_in(question, sentence):
        return None
    pieces = [match.group().strip() for match in _PIECES.finditer(sentence)]
    piece = max(pieces, key=lambda text: _facts_in(question, text))
    return piece if _facts_in(question, piece) and len(piece) >= _SHORTEST else sentence


def _facts_in(question: Question, text: str) -> int:
    folded = fold(text)
    return sum(any(holds(folded, alternative) for alternative in group) for group in question.facts)
