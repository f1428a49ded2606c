"""Answers as files, and answers that come back from outside."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from docx import Document

from bot.export import record, to_docx, to_markdown
from bot.recheck import recheck
from bot.schema import Answer, Turn
from bot.service import Service
from ingest.settings import IngestSettings

QUESTION = "公办园占比要到多少？"
COUNTED = "方案由哪几个部分组成？"
SILENT = "长江师范学院现在有多少学生？"
DAY = date(2026, 3, 8)


@pytest.fixture(scope="module")
def service(built_settings: IngestSettings) -> Service:
    return Service.open(built_settings)


def turns(service: Service, *questions: str) -> list[Turn]:
    return [
        Turn(question, service.ask(question, question_id=f"q{n}")) for n, question in enumerate(questions)
    ]


def test_markdown_has_question_answer_official_citation_and_documents(service: Service) -> None:
    text = to_markdown(record(turns(service, QUESTION), service.trees, on=DAY))
    assert text.splitlines()[:3] == ["# 政策条款问答记录", "", "导出日期：2026年3月8日"]
    assert f"## 1. {QUESTION}" in text
    assert (
        "- [1] 《加快建设新时代教育强区推进涪陵教育高质量发展实施方案》（涪陵府发〔2025〕6号）"
        "二、（二）第5项：“到2027年，公办在园幼儿占比达到65%”"
    ) in text
    assert text.rstrip().endswith("2025年3月23日成文，区级，原件")


def test_a_digest_is_called_one_wherever_it_is_cited(service: Service) -> None:
    asked = turns(service, "国家纲要对学前教育怎么说？")
    text = to_markdown(record(asked, service.trees, on=DAY))
    assert asked[0].answer and asked[0].answer.citations[0].form == "digest"
    assert "（摘编，非官方文本）：“" in text and "摘编，不是官方文本" in text


def test_what_a_reader_wrote_is_printed_and_not_obeyed(service: Service) -> None:
    answer = service.ask(QUESTION)
    text = to_markdown(record([Turn("*占比*<b>\n# 标题", answer)], service.trees, on=DAY))
    assert r"## 1. \*占比\*\<b\> # 标题" in text


def test_control_characters_of_a_question_are_left_out_of_files(service: Service) -> None:
    made = record([Turn("占比\x00\ud800多少\x1b？", service.ask(QUESTION))], service.trees, on=DAY)
    assert "## 1. 占比多少？" in to_markdown(made)
    assert to_docx(made)[:2] == b"PK"


@pytest.mark.parametrize(
    ("line", "written"),
    [("# 标题", "\\# 标题"), ("- 一项", "\\- 一项"), ("1. 一项", "1\\. 一项"), ("1.一项", "1.一项")],
)
def test_a_line_of_an_answer_stays_a_line(service: Service, line: str, written: str) -> None:
    answer = replace(service.ask(SILENT), answer=line)
    assert to_markdown(record([Turn(SILENT, answer)], service.trees, on=DAY)).splitlines()[-1] == written


def test_word_says_what_markdown_says_in_the_faces_of_official_documents(service: Service) -> None:
    made = record(turns(service, QUESTION, SILENT), service.trees, on=DAY)
    document = Document(io.BytesIO(to_docx(made)))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[:3] == ["政策条款问答记录", "导出日期：2026年3月8日", f"1. {QUESTION}"]
    for entry in made.entries:
        for line in entry.lines:
            assert line in paragraphs
        for ref, text in entry.sources:
            assert f"[{ref}]\t{text}" in paragraphs
    reference = next(run for p in document.paragraphs for run in p.runs if run.text == "[1]")
    assert reference.font.superscript
    faces = {
        name: document.styles[name].element.xpath("string(.//w:rFonts/@w:eastAsia)")
        for name in ("Normal", "Heading 1", "Title")
    }
    assert faces == {"Normal": "仿宋", "Heading 1": "黑体", "Title": "黑体"}


def test_answers_as_they_were_given_hold(service: Service) -> None:
    given = turns(service, QUESTION, COUNTED, SILENT)
    assert recheck(service, given) == given


def test_a_question_without_an_answer_is_asked(service: Service) -> None:
    (checked,) = recheck(service, [Turn(QUESTION)])
    assert checked.answer is not None and "65%" in checked.answer.answer


def forged(answer: Answer) -> Sequence[Answer]:
    first = answer.citations[0]
    return (
        replace(answer, answer=answer.answer.replace("65%", "56%")),
        replace(answer, citations=(replace(first, quote=first.quote.replace("65%", "56%")),)),
        replace(answer, citations=(replace(first, start=first.start + 1, end=first.end + 1),)),
        replace(answer, citations=(replace(first, doc_id="nope"),)),
        replace(answer, citations=()),
        replace(answer, answer="一切都由校长决定。"),
    )


def test_no_forgery_holds(service: Service) -> None:
    for answer in forged(service.ask(QUESTION)):
        assert recheck(service, [Turn(QUESTION, answer)])[0].answer is None, answer


def test_label_level_and_form_are_read_off_the_document(service: Service) -> None:
    answer = service.ask(QUESTION)
    first = answer.citations[0]
    dressed = replace(first, label="《国家法律》第一条", level="national", form="digest", clause_id="1")
    (checked,) = recheck(service, [Turn(QUESTION, replace(answer, citations=(dressed,)))])
    assert checked.answer is not None and checked.answer.citations == (first,)


def test_a_refusal_is_believed_only_where_the_question_gets_it_again(service: Service) -> None:
    refused = service.ask(SILENT)
    assert recheck(service, [Turn(QUESTION, refused)])[0].answer is None
