"""Cleaning: the real page, and each rule on what it was made for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.errors import CorpusError
from ingest.schema import ClauseTree, CleanDocument, DocumentMeta, RawDocument
from ingest.script import is_machine_traditional, to_simplified

META = DocumentMeta("doc", "测试文件", "other", "测试机关", "original", "doc.txt", "0" * 64)


def cleaned(text: str, media_type: str = "text/plain") -> CleanDocument:
    return clean(RawDocument(META, text.encode(), media_type))


def test_the_page_leaves_no_advertising_navigation_or_lost_characters(plan: ClauseTree) -> None:
    text = plan.doc.text
    for residue in ("?", "？", "分享文章", "當前位置", "当前位置", "排行榜", "街  镇", "字 号", "•"):
        assert residue not in text
    assert {rule for rule, _ in plan.doc.removed} >= {
        "keyword_advertising",
        "navigation",
        "lost_characters",
        "share_buttons",
    }


def test_the_metadata_table_becomes_metadata_and_the_head_of_the_text(plan: ClauseTree) -> None:
    meta = plan.meta
    assert meta.document_number == "涪陵府发〔2025〕6号"
    assert (meta.issued, meta.published) == ("2025-03-23", "2025-03-28")
    assert meta.index_number == "115001020086700333/2025-00021"
    head = plan.find("0")
    assert head is not None
    first, second = head.children[:2]
    assert plan.own_text(first).startswith("重庆市涪陵区人民政府关于印发")
    assert plan.own_text(second) == "发文字号：涪陵府发〔2025〕6号\n"


def test_the_reading_form_is_simplified_with_full_width_punctuation(plan: ClauseTree) -> None:
    text = plan.doc.text
    assert to_simplified(text) == text
    assert "着力提升" in text and "显著提升" in text and "著力" not in text
    assert not any(mark in text for mark in ",;:()")
    assert "3.0版" in text and "“3+2”" in text and "1—2项" in text


def test_every_character_leads_back_to_the_page_as_obtained(plan: ClauseTree) -> None:
    doc = plan.doc
    start = doc.text.index("公办在园幼儿占比达到65%")
    source = slice(*doc.offsets.to_source(start, start + len("公办在园幼儿占比达到65%")))
    assert doc.source[source] == "公辦在園幼兒占比達到65%"
    assert len(doc.offsets.sources) == len(doc.text) + 1


def test_the_page_in_the_corpus_is_the_one_obtained_but_for_its_advertising_line() -> None:
    shipped = (
        (Path(__file__).parents[2] / "corpus" / "fuling-2025-6.txt").read_text(encoding="utf-8").split("\n")
    )
    assert len(shipped) == 157
    assert shipped[0].count(",") == 7 and "教育培训" in shipped[0]
    assert "".join(shipped[1].split()) == "部門"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、总则(一)甲,乙;丙:丁", "一、总则（一）甲，乙；丙：丁\n"),
        ("比例为1,000人,时间12:30", "比例为1,000人，时间12:30\n"),
        ("1. 完善格局。", "1.完善格局。\n"),
        ("先进材料、?电子信息", "先进材料、电子信息\n"),
        ("这样行吗?可以。", "这样行吗？可以。\n"),
        ("甲\u200b乙\ufeff丙\u00a0丁", "甲乙丙 丁\n"),
        ("\n\n  甲  \n\n乙\n", "甲\n乙\n"),
        ("甲\r\n乙\r丙", "甲\n乙\n丙\n"),
    ],
)
def test_cleaning_gives_the_reading_form(text: str, expected: str) -> None:
    assert cleaned(text).text == expected


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("【字体：大 中 小】", "font_size_control"),
        ("分享到：", "share_buttons"),
        ("【打印本页】", "page_tools"),
        ("发布日期：2025-01-02 来源：某某网", "publication_line"),
        ("浏览次数：128", "view_counter"),
        ("上一篇：关于某事的通知", "neighbour_links"),
        ("版权所有：某某区政府办公室", "site_footer"),
    ],
)
def test_page_furniture_is_recognised_by_what_it_is(line: str, rule: str) -> None:
    doc = cleaned(f"一、总体要求\n正文第一段。\n{line}\n正文第二段。")
    assert line not in doc.text
    assert rule in {name for name, _ in doc.removed}


def test_a_list_of_keywords_from_the_text_itself_is_no_advertising() -> None:
    doc = cleaned(
        "义务教育,学前教育,职业教育,高等教育,特殊教育\n发展义务教育、学前教育、职业教育、高等教育和特殊教育。\n甲\n乙\n丙\n丁\n戊"
    )
    assert doc.text.startswith("义务教育")


def test_a_document_that_is_traditional_of_itself_stays_so() -> None:
    text = "關於教育發展之規定\n學校應於學期開始後，裡外兼顧。"
    assert not is_machine_traditional(text)
    assert "應於學期開始後" in cleaned(text).text


def test_markdown_marks_become_structure_and_its_text_stays() -> None:
    doc = cleaned(
        "---\na: 1\n---\n# 题\n\n- **甲**：乙\n\n| 子 | 丑 |\n| --- | --- |\n| 1 | 2 |\n", "text/markdown"
    )
    assert doc.text == "题\n甲：乙\n| 子 | 丑 |\n| 1 | 2 |\n"
    assert doc.headings == ((0, 1),)


def test_gb18030_is_read_and_other_bytes_are_refused_with_what_to_do() -> None:
    assert clean(RawDocument(META, "一、总体要求".encode("gb18030"), "text/plain")).text == "一、总体要求\n"
    with pytest.raises(CorpusError, match="UTF-8"):
        clean(RawDocument(META, b"\xff\xff\xff\x81", "text/plain"))


def test_a_document_with_nothing_left_is_refused() -> None:
    with pytest.raises(CorpusError, match="没有留下任何正文"):
        cleaned("\n \u200b \n")
