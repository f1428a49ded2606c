"""Word documents (.docx) as a source: paragraphs become lines, with the numbers that Word would print before them.

Read are the paragraphs and tables of the body as they stand after all changes are accepted. What no reader of the
printed text takes for part of it stays out: deleted and hidden text, the table of contents, headers and footers.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from ingest import lines as lines_module
from ingest.errors import CorpusError
from ingest.lines import Line
from ingest.word_numbers import Numbering, Styles, W

#: Largest size of one part once unpacked, in bytes; the text of a plan of a hundred pages takes two million.
_LARGEST_PART = 24 * 1024 * 1024
_BODY, _STYLES, _NUMBERING = "word/document.xml", "word/styles.xml", "word/numbering.xml"
_CONVERT = "请在 Word 或 WPS 里打开它，另存为 docx 或 txt，再试一次。"
#: The same drawing once more, for programs that know only the older form.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = {f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "rt", "txbxContent", "tbl")} | {
    _FALLBACK
}
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SHOWN = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def from_word(data: bytes, removed: list[tuple[str, str]]) -> tuple[str, list[Line]]:
    """The text of a docx, and its lines, headings with their level and table rows with their ``|``.

    Offsets of the lines point into that text: characters of a packed file have no place of their own.

    :raises CorpusError: when the bytes are no docx, or unpack to more than a document would.
    """
    body, styles, numbering = _parts(data)
    styled = Styles(styles)
    reader = _Reader(styled, Numbering(numbering, styled), removed)
    try:
        rows = list(reader.rows(body))
    except RecursionError as error:
        raise CorpusError(f"这份 docx 里的内容一层套一层，套得太深，没有读。{_CONVERT}") from error
    if not rows:
        raise CorpusError(
            "这份 Word 文件里没有文字，可能只有扫描的图片；请先识别成文字、核对，再存为 docx 或 txt。"
        )
    source = "\n".join(text for text, _ in rows)
    levels = [level for text, level in rows for _ in text.split("\n")]
    found = lines_module.split(source)
    return source, [Line(line.text, line.sources, level) for line, level in zip(found, levels, strict=True)]


class _Reader:
    def __init__(self, styles: Styles, numbering: Numbering, removed: list[tuple[str, str]]) -> None:
        self._styles = styles
        self._numbering = numbering
        self._removed = removed

    def rows(self, parent: ElementTree.Element) -> Iterator[tuple[str, int]]:
        """Paragraphs and rows of tables with their heading level, in the order of the document."""
        for part in parent:
            if part.tag == f"{W}p":
                yield from self._paragraph(part)
            elif part.tag == f"{W}tbl":
                yield from self._table(part)
            elif part.tag not in _UNSEEN:
                # Content controls and inserted blocks; the frame of a text box.
                if _is_contents(part):
                    self._removed.append(("table_of_contents", "".join(_words(part))[:200]))
                else:
                    yield from self.rows(part)

    def _paragraph(self, part: ElementTree.Element) -> Iterator[tuple[str, int]]:
        style = self._styles.of(part)
        # Lines end where Word ends them and nowhere else.
        text = re.sub(r"[\r\v\f\x85\u2028\u2029]", " ", "".join(_words(part))).strip("\n")
        # An empty paragraph has a number as well, unless it was deleted.
        number = self._numbering.next(part) if text.strip() or part.find(f".//{W}del") is None else ""
        if text.strip() and self._styles.is_contents(style):
            self._removed.append(("table_of_contents", text))
        elif text.strip():
            yield number + text, self._styles.heading(part, style)
        for box in _outermost(part, "txbxContent"):
            yield from self.rows(box)

    def _table(self, part: ElementTree.Element) -> Iterator[tuple[str, int]]:
        for row in _outermost(part, "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells = list(_outermost(row, "tc"))
            if len(cells) == 1:
                # A frame around text, not a table.
                yield from self.rows(cells[0])
                continue
            texts = [" ".join(text for text, _ in self.rows(cell)).replace("\n", " ") for cell in cells]
            if any(texts):
                yield "| " + " | ".join(texts) + " |", 0


def _outermost(part: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """The elements of that name below a part that are not within another one of them."""
    for child in part:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag != _FALLBACK:
            yield from _outermost(child, name)


def _words(part: ElementTree.Element) -> Iterator[str]:
    """What is printed of a paragraph, piece by piece."""
    for child in part:
        if child.tag in _UNSEEN or _is_hidden(child):
            continue
        if child.tag in (f"{W}t", _MATH_TEXT):
            yield child.text or ""
        elif child.tag in _SHOWN:
            yield _SHOWN[child.tag]
        else:
            yield from _words(child)


def _is_hidden(run: ElementTree.Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in ("0", "false", "off")


def _is_contents(part: ElementTree.Element) -> bool:
    gallery = part.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _parts(data: bytes) -> tuple[ElementTree.Element, ElementTree.Element | None, ElementTree.Element | None]:
    """The body, the styles and the numbering; the last two may be missing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            if _BODY not in names:
                raise CorpusError(f"这份文件不是 Word 文档（里面没有正文）。{_CONVERT}")
            body = _read(packed, _BODY)
            styles, numbering = (
                _read(packed, name) if name in names else None for name in (_STYLES, _NUMBERING)
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise CorpusError(f"这份 docx 打不开，可能没有传完整，或者加了密码。{_CONVERT}") from error
    except ElementTree.ParseError as error:
        raise CorpusError(f"这份 docx 里面的内容损坏了。{_CONVERT}") from error
    found = body.find(f"{W}body")
    if found is None:
        raise CorpusError(f"这份 docx 里没有正文。{_CONVERT}")
    return found, styles, numbering


def _read(packed: zipfile.ZipFile, name: str) -> ElementTree.Element:
    # The stated size is not trusted: no more than the limit is ever unpacked.
    with packed.open(name) as part:
        content = part.read(_LARGEST_PART + 1)
    if len(content) > _LARGEST_PART:
        raise CorpusError(
            f"这份 docx 解开以后超过 {_LARGEST_PART // 1024 // 1024} MB，没有读。"
            "请只保留正文，或把正文另存为 txt。"
        )
    parser = ElementTree.XMLParser(target=_NoDoctype())
    parser.feed(content)
    element: ElementTree.Element = parser.close()
    return element


class _NoDoctype(ElementTree.TreeBuilder):
    """Builds the tree; Word writes no document type, and what one declares could grow without end."""

    def doctype(self, *_: object) -> None:
        raise CorpusError(f"这份 docx 里有 Word 不会写的内容（DOCTYPE），没有读。{_CONVERT}")
