"""Where sentences end."""

from __future__ import annotations

import re
from functools import lru_cache

#: A sentence ends at 。！？； or a line break, with the closing quotes and brackets that follow; a stop inside
#: brackets (…一案。……) does not end one, and neither does one inside quotation marks that close later.
_ENDS = "。！？；!?\n"
_OPENING = "（《“‘「『〔【"
_CLOSING = "）》”’」』〕】"
_TRAILING = re.compile(r"[”’」』）】〕]*[ \n]*")


@lru_cache(maxsize=4096)
def sentence_spans(text: str, *, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    """The half-open spans of the sentences of ``text[start:end]``, without white space around them.

    Semicolons part sentences, because the items of a Chinese policy list are set off by them.

    >>> text = "坚持健康第一；加强足球（含校园。）。控制近视率。"
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['坚持健康第一；', '加强足球（含校园。）。', '控制近视率。']
    """
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    begin, depth, position = start, 0, start
    while position < end:
        character = text[position]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in _ENDS and (depth == 0 or character == "\n"):
            trailing = _TRAILING.match(text, position + 1, end)
            position = trailing.end() if trailing else position + 1
            _add(spans, text, begin, position)
            begin, depth = position, 0
            continue
        position += 1
    _add(spans, text, begin, end)
    return tuple(spans)


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    if start < end:
        spans.append((start, end))
