"""Expected questions: what people ask, beside the printed phrase that answers it.

A question is more like another question than like the text that answers both. ``corpus/expected.tsv`` has, for the
sentences of the documents, questions in the words of those who ask (document expansion: Nogueira et al. 2019,
"Document Expansion by Query Prediction", here of questions that people wrote, matched question against question).
They serve the search and are never part of an answer. A line holds wherever its phrase is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.asking import topic_of
from ingest.errors import CorpusError
from ingest.fold import fold
from ingest.lexical import Field
from ingest.tokenizer import Tokenizer
from ingest.wordings import read_rows

FILE = "expected.tsv"
ARRAYS = "expected.npz"
#: Below this similarity two questions have nothing to do with each other.
FLOOR = 0.15


@dataclass(frozen=True, slots=True)
class ExpectedQuestion:
    """A question and the phrase, as printed, that answers it."""

    phrase: str
    question: str


@dataclass(frozen=True, slots=True)
class Answering:
    """A place, ``text[start:end]`` of a document, that answers a question like the one asked.

    :ivar similarity: of the two questions, from 0 to 1.
    """

    doc_id: str
    start: int
    end: int
    similarity: float


def read_expected(path: Path) -> tuple[ExpectedQuestion, ...]:
    """The lines ``phrase<TAB>question`` of a file; ``#`` begins a comment, a file that is not there has none.

    :raises CorpusError: for a line that is not of that form, with its number.
    """
    found = []
    for number, line, columns in read_rows(path):
        if len(columns) != 2 or not all(columns):
            raise CorpusError(
                f"问法表 {path.name} 第 {number} 行不是“原文里的话<制表符>问题”：{line!r}", position=number
            )
        found.append(ExpectedQuestion(*columns))
    return tuple(found)


@dataclass(frozen=True)
class ExpectedQuestions:
    """Expected questions as vectors of their tokens, weighted by rarity and scaled to length 1.

    :ivar vocabulary: token to number.
    :ivar field: the vectors, column by column.
    :ivar rarity: by token number, ``log(1 + n / (1 + df))`` over the questions, shape ``(n_tokens,)``.
    :ivar places: for each question, document (a position in ``doc_ids``), start and end, shape ``(n, 3)``.
    """

    vocabulary: Mapping[str, int]
    field: Field
    rarity: NDArray[np.float32]
    places: NDArray[np.int64]
    doc_ids: tuple[str, ...]

    def alike(self, tokens: Iterable[str]) -> tuple[Answering, ...]:
        """The places that answer a question like the one of these tokens, the likest first.

        Similarity is the cosine of both vectors; a token that no expected question has counts as a rare one.
        """
        asked = dict.fromkeys(tokens)
        known = [self.vocabulary[token] for token in asked if token in self.vocabulary]
        if not known:
            return ()
        weights = {number: float(self.rarity[number]) for number in known}
        rarest = np.log(1 + self.field.size)
        squares = sum(weight**2 for weight in weights.values()) + rarest**2 * (len(asked) - len(known))
        similarity = self.field.scores(weights) / np.sqrt(squares)
        near = np.flatnonzero(similarity >= FLOOR)
        order = near[np.argsort(-similarity[near], kind="stable")]
        best: dict[tuple[int, int, int], float] = {}
        for row in order:
            document, start, end = self.places[row].tolist()
            best.setdefault((document, start, end), float(similarity[row]))
        return tuple(
            Answering(self.doc_ids[document], start, end, value)
            for (document, start, end), value in best.items()
        )

    def save(self, path: Path) -> None:
        """Write everything into one file."""
        np.savez(
            path,
            vocabulary=np.array(list(self.vocabulary), dtype=np.str_),
            data=self.field.data,
            rows=self.field.rows,
            starts=self.field.starts,
            rarity=self.rarity,
            places=self.places,
            doc_ids=np.array(self.doc_ids, dtype=np.str_),
        )

    @classmethod
    def load(cls, path: Path) -> ExpectedQuestions:
        """Read what :meth:`save` wrote.

        :raises OSError, ValueError, KeyError: when the file is missing or damaged.
        """
        with np.load(path, allow_pickle=False) as arrays:
            places = arrays["places"]
            return cls(
                {token: number for number, token in enumerate(arrays["vocabulary"].tolist())},
                Field(arrays["data"], arrays["rows"], arrays["starts"], len(places)),
                arrays["rarity"],
                places,
                tuple(arrays["doc_ids"].tolist()),
            )


def build_expected(
    questions: Sequence[ExpectedQuestion], texts: Mapping[str, str], tokenizer: Tokenizer
) -> ExpectedQuestions:
    """Index questions at every place of the texts, by document, where their phrase is printed.

    A question whose phrase no text has is left out: its document may not be in the corpus.
    """
    placed = [
        (question.question, (number, start, start + len(question.phrase)))
        for question in questions
        for number, text in enumerate(texts.values())
        for start in _occurrences(text, question.phrase)
    ]
    vocabulary: dict[str, int] = {}
    postings: list[list[int]] = []
    for row, (question, _) in enumerate(placed):
        for token in dict.fromkeys(tokenizer.tokenize(topic_of(fold(question)))):
            number = vocabulary.setdefault(token, len(vocabulary))
            if number == len(postings):
                postings.append([])
            postings[number].append(row)
    counts = np.array([len(rows) for rows in postings], dtype=np.int64)
    rarity = np.log(1 + len(placed) / (1 + counts)).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows = np.array([row for column in postings for row in column], dtype=np.int32)
    data = np.repeat(rarity, counts)
    lengths = np.sqrt(np.bincount(rows, weights=data**2, minlength=len(placed)))
    return ExpectedQuestions(
        vocabulary,
        Field((data / lengths[rows]).astype(np.float32), rows, starts, len(placed)),
        rarity,
        np.array([place for _, place in placed], dtype=np.int64).reshape(-1, 3),
        tuple(texts),
    )


def _occurrences(text: str, phrase: str) -> Iterable[int]:
    start = text.find(phrase)
    while start >= 0:
        yield start
        start = text.find(phrase, start + 1)
