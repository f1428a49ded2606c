from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.clauses import from_show, from_trees, load_book
from eval.errors import DatasetError
from eval.passages import Passage, parts_of
from eval.schema import ClauseRef
from ingest.pipeline import read_trees
from ingest.settings import IngestSettings

ROWS = [
    {"clause_id": "1", "label": "一", "heading": "", "text": "一、总则\n", "start": 0, "end": 5},
    {"clause_id": "1.p1", "label": "一、第1段", "heading": "", "text": "好。\n", "start": 5, "end": 8},
    {"clause_id": "10", "label": "十", "heading": "", "text": "十、完\n", "start": 8, "end": 12},
]


def test_rows_of_ingest_show_make_the_document_again() -> None:
    document = from_show("d", reversed(ROWS))
    assert document.text == "一、总则\n好。\n十、完\n"
    # 1 holds its paragraph, and not 10, whose id only begins alike.
    assert document.full_text("1") == "一、总则\n好。\n"
    assert document.full_text("9") is None


def test_both_ways_to_a_book_give_the_same_texts() -> None:
    for tree in read_trees(IngestSettings()):
        rows = [
            {
                "clause_id": c.clause_id,
                "label": c.label,
                "heading": c.heading,
                "text": tree.own_text(c),
                "start": c.start,
                "end": c.end,
            }
            for c in tree.walk()
        ]
        shown = from_show(tree.doc_id, rows)
        held = from_trees([tree]).documents[tree.doc_id]
        assert shown.text == held.text
        assert {c.clause_id: shown.full_text(c.clause_id) for c in shown.clauses} == {
            c.clause_id: held.full_text(c.clause_id) for c in held.clauses
        }


def test_a_folder_of_shown_documents_is_a_book(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps(ROWS), encoding="utf-8")
    book = load_book(tmp_path)
    assert book.exists(ClauseRef.parse("d#1.p1"))
    assert not book.exists(ClauseRef.parse("d#1.p2"))
    assert book.label(ClauseRef.parse("e#1")) == "e#1"


@pytest.mark.parametrize(
    "text", ["{", '[{"clause_id": "1"}]', '[{"clause_id":"1","text":"","start":0,"end":9}]']
)
def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DatasetError, match="ingest show"):
        load_book(tmp_path)
    (tmp_path / "d.json").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match="ingest show"):
        load_book(tmp_path)


def test_a_passage_over_several_clauses_is_given_to_the_one_with_most_of_it() -> None:
    from eval.clauses import ClauseBook

    book = ClauseBook({"d": from_show("d", ROWS)})
    parts = parts_of(Passage("总则\n好。\n"), book)
    assert [(part.ref.clause_id, part.quote) for part in parts] == [("1", "总则"), ("1.p1", "好。")]
    assert all(book.documents["d"].text[part.start : part.end] == part.quote for part in parts)
    assert parts_of(Passage("没有的话"), book) == []
    assert parts_of(Passage("好。", doc_id="e"), book) == []
