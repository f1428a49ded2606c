"""The retriever over the shipped corpus."""

from __future__ import annotations

import json
import threading

import pytest

from bot.fuse import Weights
from bot.retrieve import Retriever
from bot.service import Service
from ingest.embed import EmbedderUnavailable
from ingest.index import open_index
from ingest.settings import IngestSettings


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("公办园占比要到多少？", "2.2.5"),
        ("公辦園佔比要到多少？", "2.2.5"),
        ("作业做到半夜怎么办", "2.2.9"),
        ("乡镇住校条件改善", "2.2.6"),
        ("教师荣休", "2.5.19"),
        ("双师型教师占比", "2.4.15"),
        ("校园食堂三同三公开", "2.8.28"),
        ("中小学每天运动两个小时", "2.1.3"),
    ],
)
def test_the_right_clause_of_the_plan_comes_first(service: Service, question: str, clause: str) -> None:
    best = service.retriever.retrieve(question)[0]
    assert (best.chunk.doc_id, best.chunk.clause_id) == ("fuling-2025-6", clause)
    assert best.rank == 1


def test_a_named_document_is_preferred_and_a_given_one_is_the_only_one(service: Service) -> None:
    national = "national-outline-2024-2035"
    assert service.retriever.retrieve("国家纲要怎么说双减")[0].chunk.doc_id == national
    hits = service.retriever.retrieve("双减", doc_ids=[national])
    assert hits and {hit.chunk.doc_id for hit in hits} == {national}


@pytest.mark.parametrize(
    ("question", "doc_id", "clause"),
    [
        ("全市有多少所特殊教育学校？", "chongqing-plan-2024-2035", "基础教育公平优质行动.p6"),
        ("国家支持高校参与哪些国际科研合作？", "national-outline-2024-2035", "10.37.p1"),
    ],
)
def test_a_level_that_is_spoken_of_brings_its_document_forward(
    service: Service, question: str, doc_id: str, clause: str
) -> None:
    best = service.retriever.retrieve(question)[0].chunk
    assert (best.doc_id, best.clause_id) == (doc_id, clause)


def test_hits_are_whole_clauses_in_falling_order_each_once(service: Service) -> None:
    hits = service.retriever.retrieve("教师待遇", top_k=10)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.chunk.grain for hit in hits} == {"clause"}
    assert len({hit.chunk.chunk_id for hit in hits}) == len(hits)


def test_the_best_sentence_stands_in_its_clause(service: Service) -> None:
    found = service.retriever.search("公办园占比")
    for hit, sentence in zip(found.hits, found.sentences, strict=True):
        assert hit.chunk.start <= sentence.chunk.start < sentence.chunk.end <= hit.chunk.end


@pytest.mark.parametrize("question", ["", "？？？", "\x00", "qwerty zxcvb"])
def test_a_question_of_nothing_known_finds_nothing_by_words(service: Service, question: str) -> None:
    retriever = Retriever(service.index, dense=False)
    assert retriever.retrieve(question) == []


def test_the_same_question_is_found_alike_by_many_threads(service: Service) -> None:
    expected = service.retriever.retrieve("教师待遇")
    results: list[object] = []
    threads = [
        threading.Thread(target=lambda: results.append(service.retriever.retrieve("教师待遇")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8


def test_without_its_model_the_retriever_goes_on_with_words(
    built_settings: IngestSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_index(built_settings)

    def missing(model: str) -> object:
        raise EmbedderUnavailable("没有模型")

    monkeypatch.setattr("ingest.index.get_embedder", missing)
    best = Retriever(index).retrieve("公办园占比")[0]
    assert best.chunk.clause_id == "2.2.5"
    assert best.scores["dense"] == 0.0


def test_parts_can_be_switched_off(service: Service) -> None:
    words = Retriever(service.index, weights=Weights(dense=0, dense_alone=0, rerank=0), dense=False)
    assert set(words.retrieve("公办园占比")[0].scores) == {
        "heading", "body", "sentence", "gloss", "expected", "lexical", "dense",
    }  # fmt: skip


def test_the_explanation_is_json_with_every_part(service: Service) -> None:
    explained = service.retriever.search("叫共体和住校", top_k=3).explain()
    again = json.loads(json.dumps(explained, ensure_ascii=False))
    assert again["corrections"][0] | {"similarity": 0} == {
        "written": "叫共体",
        "understood": "教共体",
        "similarity": 0,
    }
    assert again["expansions"][0]["phrase"] == "住校"
    assert [candidate["rank"] for candidate in again["candidates"]] == [1, 2, 3]
    assert {"body", "sentence", "heading", "dense", "coverage"} <= set(again["candidates"][0]["parts"])
