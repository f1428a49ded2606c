"""The table of facts about a document that government sites print above it (信息公开表)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.lines import Line
from ingest.numerals import parse_number

#: Printed label -> field of ``DocumentMeta``, in the order in which a reader wants them; a label without
#: a field is shown in the text's head and nowhere else. GB/T 33476 and the sites of Chongqing use these.
_LABELS: dict[str, str | None] = {
    "标题": "title",
    "发文字号": "document_number",
    "发布机构": "issuer",
    "成文日期": "issued",
    "发布日期": "published",
    "索引号": "index_number",
    "主题分类": None,
    "体裁分类": None,
    "公文种类": None,
    "公开方式": None,
    "有效性": "validity",
}
_INLINE = re.compile(r"^\s*(?P<label>[^:：]{2,8})\s*[:：]\s*(?P<value>.*)$")
#: A table begins within this many lines of the top, or it is none.
_WITHIN = 30


@dataclass(frozen=True, slots=True)
class MetadataTable:
    """What was read.

    :ivar values: field of ``DocumentMeta`` -> value; dates as ``YYYY-MM-DD``.
    :ivar head: ``label：value`` lines for the head of the text, title first and without a label.
    :ivar body: the lines that were not part of the table.
    """

    values: dict[str, str] = field(default_factory=dict)
    head: tuple[Line, ...] = ()
    body: tuple[Line, ...] = ()


def read_metadata_table(lines: list[Line]) -> MetadataTable:
    """Take the table out of a page; without one, every line is body."""
    entries: dict[str, tuple[Line, Line]] = {}
    used: set[int] = set()
    number = 0
    while number < min(len(lines), _WITHIN):
        line = lines[number]
        label = _label(line.text)
        inline = _INLINE.match(_bare(line.text))
        if label:
            used.add(number)
            following = lines[number + 1] if number + 1 < len(lines) else None
            # A label without a value is followed by the next label or, when the list ends, by the text.
            is_value = following is not None and not _label(following.text)
            if following and is_value and (_is_listed(following.text) or not _is_listed(line.text)):
                entries[label] = (line, following)
                used.add(number + 1)
                number += 1
        elif inline and (label := _label(inline.group("label"))) and inline.group("value"):
            value_start = len(line.text) - len(inline.group("value"))
            entries[label] = (line.cut(0, value_start), line.cut(value_start, len(line.text)))
            used.add(number)
        number += 1
    # One lone label is a line that happens to look like one.
    if len(entries) < 2:
        return MetadataTable(body=tuple(lines))
    body = [line for number, line in enumerate(lines) if number not in used]
    values = {
        name: _value(name, _trimmed(entries[label][1]).text)
        for label, name in _LABELS.items()
        if name and label in entries
    }
    head = [
        _trimmed(label_line).cut(0, len(label)).then("：", _trimmed(value_line))
        if _trimmed(label_line).text[: len(label)] == label
        else _trimmed(value_line)
        for label in _LABELS
        if label in entries and label != "标题"
        for label_line, value_line in [entries[label]]
    ]
    title = values.get("title")
    printed = [line for line in body if title and line.text == title]
    if title:
        # The page prints the title again above the text; one is enough, and it comes first.
        head.insert(0, printed[0] if printed else _trimmed(entries["标题"][1]))
        body = [line for line in body if line.text != title]
    return MetadataTable(values, tuple(head), tuple(body))


def _bare(text: str) -> str:
    return text.lstrip("•●■◆▪· ").rstrip()


def _is_listed(text: str) -> bool:
    return text[:1] in "•●■◆▪·"


def _label(text: str) -> str | None:
    """The label that a line consists of; sites space them out as 有 效 性."""
    squeezed = re.sub(r"\s|[:：]$", "", _bare(text))
    return squeezed if squeezed in _LABELS else None


def _trimmed(line: Line) -> Line:
    start = len(line.text) - len(line.text.lstrip("•●■◆▪· "))
    return line.cut(start, len(line.text)).strip()


def _value(name: str, text: str) -> str:
    if name not in ("issued", "published"):
        return text
    parts = [parse_number(part) or 0 for part in re.findall(r"[\d〇○零一二三四五六七八九十]+", text)[:3]]
    if len(parts) == 3 and all(parts):
        return f"{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}"
    return text
