"""Cited answers as files: Markdown, and DOCX for an office; both say the same in the same order."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.official import chinese_date, citation_text, document_text
from bot.schema import Answer, Turn
from ingest.schema import ClauseTree

TITLE = "政策条款问答记录"
SOURCES, DOCUMENTS = "依据", "所依据的文件"
#: Faces of official documents by the names that office programs know; the Latin one sets figures.
_BODY, _HEADING, _LATIN = "仿宋", "黑体", "Times New Roman"
_REFERENCE = re.compile(r"(\[\d+\])")
#: What no file of these kinds can hold: control characters, of which a question may bring some.
_UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What Markdown would obey rather than print, anywhere and at the start of a line.
_MARKDOWN = re.compile(r"([\\`*_<>~|])")
_MARKDOWN_START = re.compile(r"^(#|[+-](?=\s)|\d+(?=[.)]\s))")


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer, line by line, and its citations in official form, each with its number."""

    question: str
    lines: tuple[str, ...]
    sources: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What an export says, before it is given a form.

    :ivar documents: the documents cited, in the order of the corpus.
    """

    day: str
    entries: tuple[Entry, ...]
    documents: tuple[str, ...]


def record(turns: Sequence[Turn], trees: Mapping[str, ClauseTree], *, on: date) -> Record:
    """The record of a conversation.

    :param turns: those without an answer are left out. Quotes must stand in ``trees``.
    :param on: the day that the record is made.
    """
    answers = [(turn.question, turn.answer) for turn in turns if turn.answer is not None]
    cited = {citation.doc_id for _, answer in answers for citation in answer.citations}
    documents = tuple(document_text(tree.meta) for doc_id, tree in trees.items() if doc_id in cited)
    entries = tuple(_entry(question, answer, trees) for question, answer in answers)
    return Record(chinese_date(on.isoformat()), entries, documents)


def _entry(question: str, answer: Answer, trees: Mapping[str, ClauseTree]) -> Entry:
    lines = tuple(line.strip() for line in _UNPRINTABLE.sub("", answer.answer).splitlines() if line.strip())
    sources = []
    for citation in answer.citations:
        tree = trees[citation.doc_id]
        sources.append((citation.ref, citation_text(tree, tree.at(citation.start), citation.quote)))
    return Entry(" ".join(_UNPRINTABLE.sub("", question).split()), lines, tuple(sources))


def to_markdown(made: Record) -> str:
    """The record as Markdown; what a document or a reader wrote is printed, never obeyed."""
    parts = [f"# {TITLE}", f"导出日期：{made.day}"]
    for number, entry in enumerate(made.entries, start=1):
        parts.append(f"## {number}. {_plain(entry.question)}")
        parts += [_MARKDOWN_START.sub(_escaped, _plain(line)) for line in entry.lines]
        if entry.sources:
            parts.append(f"### {SOURCES}")
            parts.append("\n".join(f"- [{ref}] {_plain(text)}" for ref, text in entry.sources))
    if made.documents:
        parts.append(f"## {DOCUMENTS}")
        parts.append("\n".join(f"- {_plain(text)}" for text in made.documents))
    return "\n\n".join(parts) + "\n"


def _escaped(start: re.Match[str]) -> str:
    # A number is kept from opening a list by its full stop, a sign by itself.
    return f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}"


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))


def to_docx(made: Record) -> bytes:
    """The record as a Word document: headings, numbered references, the faces of official documents."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    document.core_properties.title = TITLE
    document.core_properties.author = ""
    document.core_properties.language = "zh-CN"
    sizes = {"Normal": 12, "Title": 18, "Heading 1": 14, "Heading 2": 12}
    for name, size in sizes.items():
        _set_face(document.styles[name], _BODY if name == "Normal" else _HEADING)
        document.styles[name].font.size = Pt(size)
    document.styles["Normal"].paragraph_format.line_spacing = 1.5
    document.styles["Normal"].paragraph_format.space_after = Pt(4)

    title = document.add_paragraph(TITLE, style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    day = document.add_paragraph(f"导出日期：{made.day}")
    day.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for number, entry in enumerate(made.entries, start=1):
        document.add_paragraph(f"{number}. {entry.question}", style="Heading 1")
        for line in entry.lines:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.first_line_indent = Pt(24)
            for piece in filter(None, _REFERENCE.split(line)):
                run = paragraph.add_run(piece)
                run.font.superscript = bool(_REFERENCE.fullmatch(piece)) or None
        if entry.sources:
            document.add_paragraph(SOURCES, style="Heading 2")
        for ref, text in entry.sources:
            _hanging(document.add_paragraph(f"[{ref}]\t{text.replace(chr(10), ' ')}"), Pt(24))
    if made.documents:
        document.add_paragraph(DOCUMENTS, style="Heading 1")
        for text in made.documents:
            _hanging(document.add_paragraph(f"·\t{text}"), Pt(24))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_face(style: Any, face: str) -> None:
    """Chinese in one face and Latin in another; Word keeps the two apart, python-docx sets only the latter."""
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name = _LATIN
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), face)


def _hanging(paragraph: Any, indent: Any) -> None:
    paragraph.paragraph_format.left_indent = indent
    paragraph.paragraph_format.first_line_indent = -indent
