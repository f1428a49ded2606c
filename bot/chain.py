"""The chain that answers, in LangChain's terms: a retriever of clauses, and a Runnable from question to Answer.

Other programs may use either alone: the retriever in a chain of their own, the Runnable with ``invoke``, ``batch``,
``stream`` and their asynchronous twins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from bot.retrieve import Retriever
from bot.schema import Answer, Hit, Turn
from ingest.schema import Chunk

if TYPE_CHECKING:
    from bot.service import Service


class Asked(TypedDict, total=False):
    """What the chain takes: a question, and the turns before it."""

    question: str
    history: Sequence[Turn]


class ClauseRetriever(BaseRetriever):
    """Clauses for a question, best first, as LangChain documents.

    ``invoke(question, doc_ids=[…], top_k=5)`` narrows the search. A document's ``id`` is the chunk id; its
    metadata has ``doc_id``, ``clause_id``, ``start``, ``end``, ``headings``, ``score``, ``rank`` and ``scores``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    top_k: int = 12

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        doc_ids: Sequence[str] | None = None,
        top_k: int | None = None,
        **_: Any,
    ) -> list[Document]:
        hits = self.retriever.retrieve(query, top_k=top_k or self.top_k, doc_ids=doc_ids)
        return [to_document(hit) for hit in hits]


def to_document(hit: Hit) -> Document:
    """A hit as a LangChain document."""
    chunk = hit.chunk
    return Document(
        id=chunk.chunk_id,
        page_content=chunk.text,
        metadata={
            "doc_id": chunk.doc_id,
            "clause_id": chunk.clause_id,
            "grain": chunk.grain,
            "start": chunk.start,
            "end": chunk.end,
            "headings": list(chunk.heading_path),
            "level": chunk.level,
            "score": hit.score,
            "rank": hit.rank,
            "scores": dict(hit.scores),
        },
    )


def to_hit(document: Document) -> Hit:
    """The hit that a document was made from.

    :raises KeyError: when the document was not made by :func:`to_document`.
    """
    data = document.metadata
    chunk = Chunk(
        str(document.id),
        data["doc_id"],
        data["clause_id"],
        data["grain"],
        data["start"],
        data["end"],
        document.page_content,
        tuple(data["headings"]),
        data["level"],
    )
    return Hit(chunk, data["score"], data["rank"], data["scores"])


def answer_chain(service: Service) -> Runnable[Asked | str, Answer]:
    """A Runnable from a question, alone or with its history, to its answer: read it, then answer it."""

    def read(asked: Asked | str) -> Any:
        question = asked if isinstance(asked, str) else asked["question"]
        history = () if isinstance(asked, str) else asked.get("history", ())
        return service.read(question, history)

    def answer(reading: Any) -> Answer:
        return service.answer(reading)

    chain: Runnable[Asked | str, Answer] = RunnableLambda(read, name="read") | RunnableLambda(
        answer, name="answer"
    )
    return chain.with_config(run_name="policy-question")
