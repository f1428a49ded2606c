"""From bytes as obtained to the reading form: what the page, the converter and the markup added goes.

Every rule is named for what it finds, and none knows the text of a single page. The plan taught us most of
them: a machine-converted page with advertising, a breadcrumb, a metadata table, lost characters printed
as ``?`` and half-width punctuation. What a rule takes out is kept in ``CleanDocument.removed``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ingest import lines as lines_module
from ingest.errors import CorpusError
from ingest.html import from_html
from ingest.lines import Line
from ingest.markdown import from_markdown
from ingest.page_metadata import read_metadata_table
from ingest.punctuation import to_full_width
from ingest.schema import CleanDocument, DocumentMeta, RawDocument
from ingest.script import is_machine_traditional, to_simplified
from ingest.word import from_word

Removed = list[tuple[str, str]]

#: Bytes that Chinese government sites serve: UTF-8 first, because GB18030 decodes nearly anything.
_ENCODINGS = ("utf-8-sig", "gb18030")

#: What no reader sees: control characters, soft hyphen, zero-width and direction marks, byte order mark,
#: the replacement character, private use (icon fonts).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffd\ue000-\uf8ff]"
)
#: Spaces that are not the space: no-break, ideographic, typographic, tab.
_ODD_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

_BREADCRUMB = re.compile(r"(当前|當前|现在|現在|所在)(的)?位置|^首[页頁]\s*[>/»›]")
#: A breadcrumb below this many lines is not what ends a page's head.
_BREADCRUMB_WITHIN = 40

#: Labels and buttons that a content management system puts around a text, one line each.
_PAGE_FURNITURE = (
    (
        "font_size_control",
        re.compile(r"^[\[【(（]?\s*字\s*[号號体體]\s*[:：]?\s*(大\s*中\s*小|[大中小]?)\s*[\]】)）]?$"),
    ),
    ("share_buttons", re.compile(r"^(分享(文章)?到?|扫一扫.*|掃一掃.*|微信扫码.*)\s*[:：]?$")),
    (
        "page_tools",
        re.compile(
            r"^[\[【]?\s*(打印(本页|此页)?|列印(本頁)?|关闭(窗口|本页)?|關閉(窗口|本頁)?|收藏|返回顶部|纠错)\s*[\]】]?$"
        ),
    ),
    (
        "publication_line",
        re.compile(r"^(发布)?(日期|时间|時間)\s*[:：]\s*\d{4}.{0,30}(来源|來源)\s*[:：].*$"),
    ),
    ("view_counter", re.compile(r"^(浏览|瀏覽|点击|阅读|訪問|访问)(次数|次數|量|数)?\s*[:：]\s*\d*\s*次?$")),
    ("neighbour_links", re.compile(r"^(上一篇|下一篇|上一条|下一条|相关(文章|链接|阅读))\s*[:：]?.{0,60}$")),
    ("site_footer", re.compile(r"^(版权所有|版權所有|主办单位|主辦單位|网站标识码|ICP备|.*公网安备).*$")),
)

#: A run of ASCII question marks standing for characters that a converter could not write: alone on a line,
#: after a signature or a date, or after a comma, where no question can end.
_LOST_CHARACTERS = re.compile(
    r"\?{2,}|^\s*\?+\s*$|(?<=[、,，;；:：(（《“])\?+|(?<=[日会會府委局厅廳])\?+\s*$"
)

#: A keyword list for search engines: this many comma-separated phrases or more, and no sentence among them.
_KEYWORD_PHRASES = 5
_KEYWORD_LINES_FROM_EDGE = 3
_LIST_GLYPH = re.compile(r"^[•●■◆▪·○]\s*")
#: The space that word processors put after a list number.
_SPACE_AFTER_NUMBER = re.compile(r"(?<=^)(?P<number>\d{1,3}[.．、]|[（(][^（()）]{1,4}[)）])(?P<space>\s+)")


def clean(raw: RawDocument) -> CleanDocument:
    """The reading form of a document.

    Guaranteed afterwards is what ``CleanDocument`` lists. A page that a machine wrote in Traditional is
    given back its Simplified form; a document that is Traditional of itself stays so.

    :raises CorpusError: when the bytes are text in no encoding we know, or nothing is left of them.
    """
    removed: Removed = []
    source, lines = _read(raw, removed)
    lines = [line.without(_INVISIBLE) for line in lines]
    lines = [line.rewritten(_ODD_SPACE.sub(" ", line.text)) for line in lines]
    if raw.media_type == "text/markdown":
        lines = from_markdown(lines, removed)
    lines = [stripped for line in lines if (stripped := line.strip()).text]
    machine_made = is_machine_traditional(source)
    if machine_made:
        lines = [line.rewritten(to_simplified(line.text)) for line in lines]

    for rule in (_drop_lost_characters, _drop_keyword_advertising, _drop_before_breadcrumb, _drop_furniture):
        lines = rule(lines, removed)
    table = read_metadata_table(lines)
    lines = [line.without(_LIST_GLYPH).strip() for line in (*table.head, *table.body)]
    lines = [to_full_width(line) for line in lines]
    lines = [_without_space_after_number(line) for line in lines if line.text]
    if not lines:
        raise CorpusError(
            f"《{raw.meta.title}》清洗后没有留下任何正文；请检查 {raw.meta.path} 是否是完整的文件。",
            doc_id=raw.doc_id,
        )
    text, offsets, headings = lines_module.join(lines, len(source))
    return CleanDocument(_completed(raw.meta, table.values), text, source, offsets, headings, tuple(removed))


def _read(raw: RawDocument, removed: Removed) -> tuple[str, list[Line]]:
    """The text of the document as obtained, and its lines."""
    if raw.media_type.endswith("wordprocessingml.document"):
        return from_word(raw.data, removed)
    source = decode(raw)
    return source, from_html(source, removed) if raw.media_type == "text/html" else lines_module.split(source)


def _completed(meta: DocumentMeta, values: dict[str, str]) -> DocumentMeta:
    """The manifest's word stands; the document's own table fills what it leaves open."""
    return replace(
        meta,
        document_number=meta.document_number or values.get("document_number"),
        index_number=meta.index_number or values.get("index_number"),
        issued=meta.issued or values.get("issued"),
        published=meta.published or values.get("published"),
        validity=meta.validity or values.get("validity"),
    )


def decode(raw: RawDocument) -> str:
    """The text of a document's bytes.

    :raises CorpusError: when no encoding fits.
    """
    for encoding in _ENCODINGS:
        try:
            return raw.data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CorpusError(
        f"{raw.meta.path} 不是 UTF-8 或 GB18030 编码的文本；请另存为 UTF-8 后再试。", doc_id=raw.doc_id
    )


def _drop(lines: list[Line], removed: Removed, rule: str, found: Callable[[Line], bool]) -> list[Line]:
    kept = []
    for line in lines:
        if found(line):
            removed.append((rule, line.text))
        else:
            kept.append(line)
    return kept


def _drop_lost_characters(lines: list[Line], removed: Removed) -> list[Line]:
    kept = []
    for line in lines:
        removed.extend(("lost_characters", lost) for lost in _LOST_CHARACTERS.findall(line.text))
        line = line.without(_LOST_CHARACTERS).strip()
        if line.text:
            kept.append(line)
    return kept


def _drop_keyword_advertising(lines: list[Line], removed: Removed) -> list[Line]:
    """A list of phrases at the very top or bottom that has nothing to do with the rest of the text."""
    edge = _KEYWORD_LINES_FROM_EDGE

    def is_advertising(line: Line) -> bool:
        phrases = [phrase.strip() for phrase in re.split("[,，|｜、]", line.text)]
        # The last row of a table is no advertising, though it looks like a list of phrases.
        if (
            len(phrases) < _KEYWORD_PHRASES
            or line.text.startswith("|")
            or re.search("[。；;！？!]", line.text)
        ):
            return False
        # A phrase of the text shares four characters in a row with it; a few do so by chance (培训机构).
        body = "\n".join(other.text for other in lines if other is not line)
        shared = sum(any(phrase[i : i + 4] in body for i in range(len(phrase) - 3)) for phrase in phrases)
        return shared * 2 < len(phrases)

    top, middle, bottom = lines[:edge], lines[edge:-edge], lines[max(edge, len(lines) - edge) :]
    return [
        *_drop(top, removed, "keyword_advertising", is_advertising),
        *middle,
        *_drop(bottom, removed, "keyword_advertising", is_advertising),
    ]


def _drop_before_breadcrumb(lines: list[Line], removed: Removed) -> list[Line]:
    """The breadcrumb, and the menus above it."""
    for number, line in enumerate(lines[:_BREADCRUMB_WITHIN]):
        if _BREADCRUMB.search(line.text):
            removed.extend(("navigation", above.text) for above in lines[: number + 1])
            return lines[number + 1 :]
    return lines


def _drop_furniture(lines: list[Line], removed: Removed) -> list[Line]:
    for rule, pattern in _PAGE_FURNITURE:
        lines = _drop(lines, removed, rule, lambda line, pattern=pattern: bool(pattern.match(line.text)))  # type: ignore[misc]
    return lines


def _without_space_after_number(line: Line) -> Line:
    match = _SPACE_AFTER_NUMBER.match(line.text)
    if match is None:
        return line
    number = line.cut(0, match.end("number"))
    rest = line.cut(match.end("space"), len(line.text))
    return number.then("", rest) if rest.text else number
