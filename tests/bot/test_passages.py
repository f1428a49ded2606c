"""Passages in memory, searched with the pipeline of the project."""

from __future__ import annotations

import pytest

from bot.passages import PassageIndex

PASSAGES = [
    {"id": "a", "title": "中华人民共和国教师法第三条", "text": "教师是履行教育教学职责的专业人员。"},
    {"id": "b", "title": "教师法第十三条", "text": "中小学教师资格由县级以上教育行政部门认定。"},
    {"id": "c", "title": "民办教育促进法第三条", "text": "民办教育事业属于公益性事业。"},
    {"id": "d", "title": "民办教育促进法第三条之一", "text": "另有规定的除外。"},
]


@pytest.fixture(scope="module")
def index() -> PassageIndex:
    return PassageIndex.build(PASSAGES)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("教师法第三条的内容是什么", "a"),
        ("请问《中华人民共和国教师法》第3条规定了什么", "a"),
        ("教师法第十三条", "b"),
        ("民辦教育促進法第三條", "c"),
        ("民办教育促进法第三条之一", "d"),
        ("谁来认定教师资格", "b"),
    ],
)
def test_a_named_article_is_resolved_and_everything_else_searched(
    index: PassageIndex, query: str, first: str
) -> None:
    assert index.search(query, top_k=3)[0][0] == first


def test_no_passage_comes_twice_and_scores_fall(index: PassageIndex) -> None:
    hits = index.search("教师法第三条", top_k=10)
    assert len({passage for passage, _ in hits}) == len(hits)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_an_article_that_is_not_there_is_searched(index: PassageIndex) -> None:
    assert index.search("教师法第九十九条", top_k=1)[0][0] in {"a", "b"}
