"""Glosses: everyday wording finds the printed phrase it stands beside, wherever that is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.service import Service
from ingest.errors import CorpusError
from ingest.fold import fold
from ingest.glosses import FILE, Glosses, read_glosses
from ingest.settings import PROJECT_ROOT


@pytest.fixture
def glosses(tmp_path: Path) -> Glosses:
    path = tmp_path / FILE
    path.write_text("# 说明\n乡村小规模学校、教学點\t村小、撤点并校\n荣休\t退休\n", encoding="utf-8")
    return read_glosses(path)


def test_a_gloss_holds_wherever_its_phrase_is_printed(glosses: Glosses) -> None:
    assert glosses.text_of("办好必要的乡村小规模学校,做好荣休工作") == "村小、撤点并校\n退休"
    assert glosses.text_of("教学点") == "村小、撤点并校"
    assert glosses.text_of("办好幼儿园") == ""


def test_a_line_that_is_none_is_named_by_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("荣休\t退休\n荣休 退休\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"glosses\.tsv 第 2 行"):
        read_glosses(path)


def test_every_gloss_of_the_corpus_stands_beside_words_of_a_document(service: Service) -> None:
    text = fold("\n".join(tree.doc.text for tree in service.trees.values()))
    entries = read_glosses(PROJECT_ROOT / "corpus" / FILE).entries
    assert len(entries) > 300
    assert [gloss.phrase for gloss in entries if gloss.phrase not in text] == []


def test_wording_of_a_gloss_finds_the_clause_but_never_stands_in_the_answer(service: Service) -> None:
    answer = service.ask("村里头的小学会不会撤")
    assert [citation.clause_id for citation in answer.citations] == ["2.2.6"]
    assert "村" not in answer.answer.replace("乡村", "")
