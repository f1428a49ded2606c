"""Word files as documents: typed and automatic numbers, tables, what is not part of the text, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from ingest.clean import clean
from ingest.corpus import MEDIA_TYPES
from ingest.errors import CorpusError
from ingest.parse import parse
from ingest.schema import ClauseTree, DocumentMeta, RawDocument
from ingest.settings import IngestSettings
from ingest.staging import stage
from ingest.word import from_word

META = DocumentMeta("demo", "示例区阅读推广方案", "district", "示例区", "original", "demo.docx", "0" * 64)
FIELDS = {
    "doc_id": "demo",
    "title": "示例区阅读推广方案",
    "level": "district",
    "issuer": "示例区",
    "form": "original",
}
LINES = (
    "关于印发示例区阅读推广方案的通知",
    "一、总体要求",
    "坚持公益性，面向全体学生。",
    "二、重点任务",
    "（一）建设阅读空间",
    "1.改造学校图书馆。到2027年，学校图书馆达标率达到90%。",
    "2.推动晨读。每天晨读不少于20分钟。",
)
#: What Word's own list of headings looks like: 一、 → （一） → 1.
NUMBERING = """<w:abstractNum w:abstractNumId="90" {ns}>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>"""


def saved(document) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def read(document) -> ClauseTree:
    return parse(clean(RawDocument(META, saved(document), MEDIA_TYPES[".docx"])))


def text_of(document) -> list[str]:
    return read(document).doc.text.splitlines()


def typed(*lines: str):
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return document


def numbered():
    """A document whose numbers are all Word's own, with the function that adds a paragraph at a level from 0."""
    document = Document()
    part = document.part.numbering_part.element
    part.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    part.append(parse_xml(f'<w:num w:numId="90" {nsdecls("w")}><w:abstractNumId w:val="90"/></w:num>'))

    def add(text: str, level: int, number: int = 90):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = number
        return paragraph

    return document, add


def test_typed_numbers_give_the_same_clauses_as_the_text_itself() -> None:
    tree = read(typed(*LINES))
    plain = parse(clean(RawDocument(META, "\n".join(LINES).encode(), "text/plain")))
    assert tree.doc.text == plain.doc.text
    assert [(c.clause_id, c.start, c.end) for c in tree.walk()] == [
        (c.clause_id, c.start, c.end) for c in plain.walk()
    ]
    assert tree.find("2.1.2") is not None


def test_numbers_that_word_counts_by_itself_are_printed_before_the_text() -> None:
    document, add = numbered()
    add("总体要求", 0)
    document.add_paragraph("坚持公益性。")
    add("重点任务", 0)
    add("建设阅读空间", 1)
    add("改造图书馆。", 2)
    add("推动晨读。", 2)
    add("培养阅读教师", 1)
    add("开展培训。", 2)
    assert text_of(document) == [
        "一、总体要求", "坚持公益性。", "二、重点任务", "（一）建设阅读空间", "1.改造图书馆。", "2.推动晨读。",
        "（二）培养阅读教师", "1.开展培训。",
    ]  # fmt: skip
    assert [clause.clause_id for clause in read(document).walk()] == [
        "1", "1.p1", "2", "2.1", "2.1.1", "2.1.2", "2.2", "2.2.1",
    ]  # fmt: skip


def test_a_list_that_begins_anew_and_one_by_its_style_are_counted_as_word_does() -> None:
    document, add = numbered()
    document.part.numbering_part.element.append(
        parse_xml(
            f'<w:num w:numId="91" {nsdecls("w")}><w:abstractNumId w:val="90"/>'
            '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        )
    )
    style = document.styles["Heading 1"].element.get_or_add_pPr()
    numbering = OxmlElement("w:numPr")
    numbering.append(parse_xml(f'<w:numId {nsdecls("w")} w:val="90"/>'))
    style.append(numbering)
    document.add_heading("重点任务", level=1)
    add("甲。", 2)
    add("乙。", 2, 91)
    add("丙。", 2, 91)
    assert text_of(document) == ["一、重点任务", "1.甲。", "5.乙。", "6.丙。"]


@pytest.mark.parametrize(
    ("kind", "text", "printed"),
    [
        ("decimalEnclosedCircle", "%1", "③ 丙"),
        ("upperRoman", "%1.", "III.丙"),
        ("lowerLetter", "%1)", "c)丙"),
        ("ideographTraditional", "%1、", "丙、丙"),
        ("chineseCounting", "第%1条", "第三条 丙"),
        ("bullet", "●", "丙"),
        ("none", "", "丙"),
    ],
)
def test_each_kind_of_number_is_printed_as_word_prints_it(kind: str, text: str, printed: str) -> None:
    document, add = numbered()
    level = document.part.numbering_part.element.find(f"{qn('w:abstractNum')}/{qn('w:lvl')}")
    level.find(qn("w:numFmt")).set(qn("w:val"), kind)
    level.find(qn("w:lvlText")).set(qn("w:val"), text)
    for words in ("甲", "乙", "丙"):
        add(words, 0)
    assert from_word(saved(document), [])[1][-1].text == printed


def test_headings_of_word_without_numbers_are_headings() -> None:
    document = Document()
    document.add_heading("示例区阅读推广方案", level=1)
    for heading, words in (("基础教育行动", "办好每一所学校。"), ("职业教育行动", "办好职业学校。")):
        document.add_heading(heading, level=2)
        document.add_paragraph(words)
    ids = [clause.clause_id for clause in read(document).walk()]
    assert ids == ["0", "0.p1", "基础教育行动", "基础教育行动.p1", "职业教育行动", "职业教育行动.p1"]


def test_a_table_becomes_rows_of_the_clause_it_stands_in() -> None:
    document = typed("一、分工")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells], ("任务", "牵头", "招生", "区教委"), strict=True
    ):
        cell.text = words
    tree = read(document)
    assert tree.find("1.t1.r1") is not None
    assert "| 招生 | 区教委 |" in tree.doc.text


def test_what_is_deleted_hidden_or_only_points_into_the_text_is_not_read() -> None:
    document = typed("一、总体要求")
    paragraph = document.add_paragraph("坚持公益性")
    run = paragraph.add_run("（内部讨论）")
    run.font.hidden = True
    paragraph._p.append(
        parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>删去的话</w:delText></w:r></w:del>")
    )
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>，面向学生。</w:t></w:r></w:ins>"))
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("一、总体要求\t1", style="toc 1")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    assert text_of(document) == ["一、总体要求", "坚持公益性，面向学生。"]


def test_a_text_box_is_read_once_though_word_writes_it_twice() -> None:
    document = typed("一、总体要求")
    box = "<w:txbxContent><w:p><w:r><w:t>示例府发〔2026〕1号</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph("正文。")._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert text_of(document) == ["一、总体要求", "正文。", "示例府发〔2026〕1号"]


def test_every_quote_leads_back_to_the_text_of_the_file() -> None:
    doc = read(typed(*LINES)).doc
    start = doc.text.index("每天晨读")
    a, b = doc.offsets.to_source(start, start + 4)
    assert doc.source[a:b] == "每天晨读"


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return kept.getvalue()


def bomb(name: str, content: bytes) -> bytes:
    return content + b" " * (200 * 1024 * 1024) if name == "word/document.xml" else content


def entities(name: str, content: bytes) -> bytes:
    if name != "word/document.xml":
        return content
    doubled = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    declared = f'<!DOCTYPE w:document [<!ENTITY a0 "一">{doubled}]>'.encode()
    head, _, rest = content.partition(b"?>")
    return head + b"?>" + declared + rest


def nested(name: str, content: bytes) -> bytes:
    deep = b"<w:ins>" * 20_000 + b"</w:ins>" * 20_000
    return content.replace(b"<w:p>", deep + b"<w:p>", 1) if name == "word/document.xml" else content


def packed(name: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as new:
        new.writestr(name, "x")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.docx", lambda: repacked(saved(typed(*LINES)), bomb), "超过 24 MB"),
        ("entities.docx", lambda: repacked(saved(typed(*LINES)), entities), "DOCTYPE"),
        ("nested.docx", lambda: repacked(saved(typed(*LINES)), nested), "套得太深"),
        ("broken.docx", lambda: saved(typed(*LINES))[:3000], "打不开"),
        ("other.docx", lambda: packed("readme.txt"), "不是 Word 文档"),
        ("old.docx", lambda: b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "旧版 doc 或加了密码"),
        ("text.docx", lambda: "一、总体要求".encode(), "不是 docx"),
        ("scan.docx", lambda: saved(Document()), "只有扫描的图片"),
        ("plan.txt", lambda: saved(typed(*LINES)), "把扩展名改回 docx"),
        ("plan.doc", lambda: b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "另存为 docx"),
        ("plan.pdf", lambda: b"%PDF-1.7", "扫描件要先识别成文字"),
        ("scan.jpg", lambda: b"\xff\xd8\xff", "图片里的字读不出来"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_what_to_do(
    tmp_path: Path, name: str, data: Callable[[], bytes], said: str
) -> None:
    settings = IngestSettings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index")
    with pytest.raises(CorpusError, match=said):
        stage(settings, data(), Path(name).suffix, FIELDS)
    assert not (tmp_path / "index").exists()
