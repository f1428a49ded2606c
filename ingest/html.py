"""HTML as a source: blocks become lines, headings keep their level, table rows their cells.

Each character remembers its place in the page, so that offsets lead back to the bytes as obtained.
"""

from __future__ import annotations

import html
from html.parser import HTMLParser
from itertools import accumulate

from ingest.lines import Line

_SKIPPED = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "header",
        "form",
        "select",
        "button",
        "svg",
        "head",
    )
)
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt fieldset figcaption figure hr li main ol p pre section table tbody "
    "thead tfoot tr ul h1 h2 h3 h4 h5 h6".split()
)
_CELLS = ("td", "th")


def from_html(source: str, removed: list[tuple[str, str]]) -> list[Line]:
    """The lines of a page; scripts, styles, menus and forms are taken out.

    Any text is read; markup that is not closed is closed by the end of the page.
    """
    reader = _Reader(source, removed)
    reader.feed(source)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    def __init__(self, source: str, removed: list[tuple[str, str]]) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
        self._removed = removed
        self._lines: list[Line] = []
        self._text: list[str] = []
        self._sources: list[int] = []
        self._skipping: list[str] = []
        self._heading = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping or tag in _SKIPPED:
            if tag in _SKIPPED:
                self._skipping.append(tag)
            return
        if tag in _CELLS:
            self._put("| " if not self._cells else " | ")
            self._cells += 1
        elif tag in _BLOCKS and not (self._cells and tag != "tr"):
            self._break()
            self._heading = int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else 0

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
            return
        if tag == "tr":
            self._put(" |" if self._cells else "")
            self._cells = 0
            self._break()
        elif tag in _BLOCKS and not self._cells:
            self._break()
            self._heading = 0

    def handle_data(self, data: str) -> None:
        if self._skipping:
            if data.strip():
                self._removed.append((f"html_{self._skipping[-1]}", data.strip()[:200]))
            return
        at = self._offset()
        for number, character in enumerate(data):
            # A line break in the markup is a space in the text.
            self._text.append(" " if character in "\r\n\t" else character)
            self._sources.append(at + number)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")

    def finished(self) -> list[Line]:
        self._break()
        return self._lines

    def _reference(self, written: str) -> None:
        if not self._skipping:
            self._put(html.unescape(written))

    def _put(self, text: str) -> None:
        self._text.extend(text)
        self._sources.extend([self._offset()] * len(text))

    def _break(self) -> None:
        line = Line("".join(self._text), tuple(self._sources), self._heading).strip()
        if line.text:
            self._lines.append(line)
        self._text, self._sources = [], []

    def _offset(self) -> int:
        row, column = self.getpos()
        return self._starts[row - 1] + column
