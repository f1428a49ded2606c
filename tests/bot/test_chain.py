"""The chain in LangChain's terms: a retriever, and a Runnable with all its faces."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable

from bot.chain import to_hit
from bot.service import Service

QUESTION = "公办园占比要到多少？"


def test_the_retriever_gives_documents_that_lead_to_their_clause(service: Service) -> None:
    assert isinstance(service.clauses, BaseRetriever)
    documents = service.clauses.invoke(QUESTION, top_k=5)
    assert len(documents) == 5
    assert [document.metadata["rank"] for document in documents] == [1, 2, 3, 4, 5]
    assert "2.2.5" in [document.metadata["clause_id"] for document in documents[:2]]
    for document in documents:
        text = service.trees[document.metadata["doc_id"]].doc.text
        assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content
        assert to_hit(document).chunk.chunk_id == document.id


def test_the_retriever_searches_the_documents_it_is_told_to(service: Service) -> None:
    documents = service.clauses.invoke(QUESTION, doc_ids=["national-outline-2024-2035"])
    assert {document.metadata["doc_id"] for document in documents} == {"national-outline-2024-2035"}


def test_the_chain_answers_however_it_is_called(service: Service) -> None:
    assert isinstance(service.chain, Runnable)
    expected = service.ask(QUESTION).answer
    assert service.chain.invoke(QUESTION).answer == expected
    assert service.chain.batch([QUESTION, {"question": QUESTION}])[1].answer == expected
    assert [answer.answer for answer in service.chain.stream(QUESTION)] == [expected]
    assert asyncio.run(service.chain.ainvoke({"question": QUESTION, "history": ()})).answer == expected


def test_a_document_that_is_not_ours_is_refused() -> None:
    from langchain_core.documents import Document

    with pytest.raises(KeyError):
        to_hit(Document(page_content="甲"))
