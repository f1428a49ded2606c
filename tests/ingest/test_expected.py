"""Expected questions: a question like one that a phrase answers leads to where the phrase is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.service import Service
from ingest.asking import topic_of
from ingest.errors import CorpusError
from ingest.expected import FILE, ExpectedQuestion, ExpectedQuestions, build_expected, read_expected
from ingest.fold import fold
from ingest.settings import PROJECT_ROOT
from ingest.tokenizer import default_tokenizer

TEXTS = {"plan": "办好乡村小规模学校。做好教师荣休工作。", "digest": "各地做好教师荣休工作。"}
QUESTIONS = (
    ExpectedQuestion("乡村小规模学校", "村里的小学会不会撤掉"),
    ExpectedQuestion("教师荣休工作", "老师退下来有没有个仪式"),
    ExpectedQuestion("没有一份文件印着的话", "食堂饭菜贵不贵"),
)


@pytest.fixture(scope="module")
def expected() -> ExpectedQuestions:
    return build_expected(QUESTIONS, TEXTS, default_tokenizer())


def _alike(expected: ExpectedQuestions, question: str) -> list[tuple[str, str]]:
    places = expected.alike(default_tokenizer().tokenize(topic_of(fold(question))))
    return [(place.doc_id, TEXTS[place.doc_id][place.start : place.end]) for place in places]


def test_a_like_question_leads_to_every_place_where_the_phrase_is_printed(
    expected: ExpectedQuestions,
) -> None:
    assert _alike(expected, "老师退下来搞不搞仪式") == [("plan", "教师荣休工作"), ("digest", "教师荣休工作")]
    assert _alike(expected, "村里的小学还在不在") == [("plan", "乡村小规模学校")]


def test_the_same_question_is_wholly_alike_and_words_beside_it_make_it_less(
    expected: ExpectedQuestions,
) -> None:
    tokens = default_tokenizer().tokenize(topic_of(fold(QUESTIONS[0].question)))
    assert expected.alike(tokens)[0].similarity == pytest.approx(1.0)
    assert 0.3 < expected.alike([*tokens, "火星"])[0].similarity < 1.0


def test_nothing_is_alike_to_a_question_of_other_words_nor_to_one_whose_phrase_is_not_printed(
    expected: ExpectedQuestions,
) -> None:
    assert _alike(expected, "食堂饭菜贵不贵") == []
    assert expected.alike([]) == ()


def test_without_expected_questions_nothing_is_alike() -> None:
    assert build_expected((), TEXTS, default_tokenizer()).alike(["小学"]) == ()


def test_what_is_saved_is_what_is_loaded(expected: ExpectedQuestions, tmp_path: Path) -> None:
    expected.save(tmp_path / "expected.npz")
    loaded = ExpectedQuestions.load(tmp_path / "expected.npz")
    tokens = default_tokenizer().tokenize("村里的小学")
    assert loaded.alike(tokens) == expected.alike(tokens) != ()


def test_a_line_that_is_none_is_named_by_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("# 说明\n教师荣休\t老师退休\n教师荣休 老师退休\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"expected\.tsv 第 3 行"):
        read_expected(path)


def test_every_phrase_of_the_corpus_file_is_printed_in_a_document(service: Service) -> None:
    texts = [tree.doc.text for tree in service.trees.values()]
    questions = read_expected(PROJECT_ROOT / "corpus" / FILE)
    assert len(questions) > 500
    assert [q.phrase for q in questions if not any(q.phrase in text for text in texts)] == []


def test_a_hit_says_how_like_an_expected_question_it_was(service: Service) -> None:
    expected = read_expected(PROJECT_ROOT / "corpus" / FILE)[0]
    best = service.retriever.retrieve(expected.question)[0]
    assert best.scores["expected"] > 0.9
    assert expected.phrase in best.chunk.text
