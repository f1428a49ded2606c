"""A pasted text, sentence by sentence: borne out, denied with the words of the clause, or not mentioned."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.claims import SENTENCE_LIMIT, TEXT_LIMIT, ClaimsError, claims_of
from bot.fact_check import Checked
from bot.service import Service

LABELLED = Path(__file__).parents[2] / "eval" / "claims" / "claims.jsonl"
VERDICTS = ("supported", "contradicted", "not_mentioned", "no_claim")


def labelled(half: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["half"] == half]


def check(service: Service, text: str) -> Checked:
    (row,) = service.check(text)
    return row


@pytest.mark.parametrize("half", ["dev", "kept"])
def test_labelled_sentences_get_their_verdicts(service: Service, half: str) -> None:
    given: Counter[tuple[str, str]] = Counter()
    for row in labelled(half):
        given[row["verdict"], check(service, row["text"]).verdict] += 1
    for verdict in VERDICTS:
        right = given[verdict, verdict]
        said = sum(count for (_, got), count in given.items() if got == verdict)
        meant = sum(count for (wanted, _), count in given.items() if wanted == verdict)
        assert right >= 0.9 * meant, (verdict, given)
        # Nothing is called borne out, or denied, that is not; what is too hard is not mentioned.
        assert verdict == "not_mentioned" or right == said, (verdict, given)


def test_what_contradicts_is_quoted_from_the_clause_that_was_meant(service: Service) -> None:
    rows = [row for row in labelled("dev") if row["verdict"] == "contradicted"]
    named = [any(row["says"] in words for words in check(service, row["text"]).instead) for row in rows]
    assert sum(named) >= 0.95 * len(rows)
    for row in rows:
        checked = check(service, row["text"])
        citation = checked.citations[0]
        assert f"{citation.doc_id}#{citation.clause_id}" == row["clause"]
        for words in checked.instead:
            assert words in service.trees[citation.doc_id].doc.text


def test_every_citation_of_a_row_is_verbatim_and_stands_in_its_clause(service: Service) -> None:
    for row in labelled("dev"):
        checked = check(service, row["text"])
        if checked.verdict in ("supported", "contradicted"):
            assert checked.citations
        assert [citation.ref for citation in checked.citations] == list(range(1, len(checked.citations) + 1))
        for citation in checked.citations:
            tree = service.trees[citation.doc_id]
            clause = tree.find(citation.clause_id)
            assert clause is not None
            assert tree.doc.text[citation.start : citation.end] == citation.quote
            assert clause.start <= citation.start < citation.end <= clause.end


def test_the_sentences_of_a_document_itself_are_borne_out(service: Service) -> None:
    tree = service.trees["fuling-2025-6"]
    clause = tree.find("2.2.5")
    assert clause is not None
    rows = service.check(tree.own_text(clause))
    assert {row.verdict for row in rows} == {"supported"}
    assert {citation.clause_id for row in rows for citation in row.citations} == {"2.2.5"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("到2027年，公办在园幼儿占比达到75%，普惠性托育服务幼儿园占比达到70%以上。", "contradicted"),
        ("组建全区学前教育发展共同体5个，打造“新优质学校”10所。", "supported"),
        ("组建全区学前教育发展共同体5个，另建立养老服务中心30个。", "not_mentioned"),
        ("民办在园幼儿占比达到65%。", "not_mentioned"),
        ("《教育强国建设规划纲要》规定公办在园幼儿占比达到65%。", "not_mentioned"),
        ("<b>組建全區學前教育發展共同體５個</b>", "supported"),
        ("公\u200b办在园幼儿占比达到65\u202e%", "supported"),
    ],
)
def test_parts_names_and_scripts_are_minded(service: Service, text: str, verdict: str) -> None:
    assert check(service, text).verdict == verdict


def test_offsets_point_at_the_sentences_in_the_text_given(service: Service) -> None:
    text = "各位老师：\n1.公办园占比达到65%。[1]特色普通高中打造5所；谢谢！"
    rows = service.check(text)
    assert [text[row.start : row.end] for row in rows] == [row.text for row in rows]
    assert [row.text for row in rows][1:3] == ["1.公办园占比达到65%。", "特色普通高中打造5所；"]


def test_the_same_text_gives_the_same_rows(service: Service) -> None:
    text = "\n".join(row["text"] for row in labelled("dev")[::5])
    assert service.check(text) == service.check(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有读到文字"),
        (" \n……\u200b", "没有读到文字"),
        ("政" * (TEXT_LIMIT + 1), f"一次最多核对{TEXT_LIMIT}个字"),
        ("好。" * (SENTENCE_LIMIT + 1), f"一次最多核对{SENTENCE_LIMIT}句"),
    ],
    ids=["empty", "nothing to read", "too long", "too many sentences"],
)
def test_a_text_that_cannot_be_checked_is_told_so(text: str, words: str) -> None:
    with pytest.raises(ClaimsError, match=words):
        claims_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "政" * 20_000,
        "（" * 5000 + "公办园占比",
        "“" * 3000 + "公办园占比65%",
        "1" * 9000,
        "[1]" * 3000 + "好",
        "a\x00b" * 900,
    ],
)
def test_no_text_is_too_strange(service: Service, text: str) -> None:
    assert len(service.check(text)) >= 1
