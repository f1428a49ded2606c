"""What people build first, as answerers: so that one table shows what each step of this project is worth.

All of them answer with the best passage as it stands and cite the passages they found; none abstains while
it finds anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from eval.clauses import ClauseBook
from eval.errors import AnswererError
from eval.passages import Passage, record_from_passages
from eval.ranking import Bm25Ranker, Ranker, VectorRanker, bigrams, jieba_words
from eval.schema import AnswerRecord, Question

#: Characters of a piece, and of its overlap with the next, in the usual recipe.
CHUNK_CHARS = 500
CHUNK_OVERLAP = 50
#: How many passages the usual recipe retrieves.
TOP_K = 4


class Embedder(Protocol):
    """What a vector baseline needs of an embedding model; rows are L2-normalised."""

    def encode_documents(self, texts: Sequence[str]) -> Any: ...

    def encode_query(self, text: str) -> Any: ...


class PassageBaseline:
    """Ranks passages and answers with the first."""

    def __init__(self, name: str, passages: Sequence[Passage], ranker: Ranker, book: ClauseBook) -> None:
        self.name = name
        self._passages = passages
        self._ranker = ranker
        self._book = book

    def ask(self, question: Question) -> AnswerRecord:
        found = [self._passages[row] for row, _ in self._ranker.rank(question.last, TOP_K)]
        text = found[0].text if found else ""
        return record_from_passages(question, text, found, self._book, name=self.name)


def split_passages(book: ClauseBook) -> list[Passage]:
    """The documents cut by LangChain's recursive splitter, as most tutorials cut them."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARS, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
    )
    return [
        Passage(piece.page_content, doc_id, start=piece.metadata["start_index"])
        for doc_id, document in book.documents.items()
        for piece in splitter.create_documents([document.text])
    ]


def clause_passages(book: ClauseBook) -> list[Passage]:
    """One passage for each clause that has words of its own."""
    return [
        Passage(words, doc_id, clause.clause_id, clause.start)
        for doc_id, document in book.documents.items()
        for clause in document.clauses
        if (words := document.text[clause.start : clause.end].rstrip()).strip()
    ]


def _langchain(book: ClauseBook, embedder: Embedder | None) -> PassageBaseline:
    if embedder is None:
        raise AnswererError("基线 langchain 需要向量模型；请先运行 python -m ingest 建立索引")
    passages = split_passages(book)
    ranker = VectorRanker([passage.text for passage in passages], embedder)
    return PassageBaseline("LangChain 常规做法（500 字、前 4 段）", passages, ranker, book)


def _bm25_words(book: ClauseBook, embedder: Embedder | None) -> PassageBaseline:
    passages = split_passages(book)
    ranker = Bm25Ranker([passage.text for passage in passages], jieba_words)
    return PassageBaseline("BM25 结巴词（500 字）", passages, ranker, book)


def _bm25_clauses(book: ClauseBook, embedder: Embedder | None) -> PassageBaseline:
    passages = clause_passages(book)
    ranker = Bm25Ranker([passage.text for passage in passages], bigrams)
    return PassageBaseline("BM25 二字组（整条）", passages, ranker, book)


BASELINES: Mapping[str, Callable[[ClauseBook, Embedder | None], PassageBaseline]] = {
    "langchain": _langchain,
    "bm25-words": _bm25_words,
    "bm25-clauses": _bm25_clauses,
}


def baseline(name: str, book: ClauseBook, embedder: Embedder | None = None) -> PassageBaseline:
    """The baseline of that name.

    :raises AnswererError: for a name that is not one of ``BASELINES``, or a missing embedder.
    """
    try:
        make = BASELINES[name]
    except KeyError:
        raise AnswererError(f"没有基线“{name}”，有：{'、'.join(BASELINES)}") from None
    return make(book, embedder)
