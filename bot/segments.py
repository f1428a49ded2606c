"""Sentences cut into the pieces that an answer can be made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ingest.rows import parts

_BREAKS = "，；。！？："


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece between two commas; offsets into the document's text, punctuation at its end left out."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=8192)
def segments(text: str, start: int, end: int) -> tuple[Segment, ...]:
    """The pieces of ``text[start:end]`` between commas, colons and stops that stand outside brackets and quotes.

    >>> [piece.text for piece in segments("到2027年，打造“双创，双带”单位10个、品牌20个。", 0, 27)]
    ['到2027年', '打造“双创，双带”单位10个、品牌20个']
    """
    return tuple(Segment(a, b, text[a:b]) for a, b in _split(text, start, end, _BREAKS))


def enumerated(text: str, start: int, end: int) -> list[Segment]:
    """The members of an enumeration: pieces between 、 and 和, 以及 where a figure stands before it."""
    return [Segment(a, b, text[a:b]) for a, b in _split(text, start, end, "、")]


def _split(text: str, start: int, end: int, breaks: str) -> list[tuple[int, int]]:
    return [
        (a + len(text[a:b]) - len(text[a:b].lstrip()), b - len(text[a:b]) + len(text[a:b].rstrip()))
        for a, b in parts(text, start, end, stops=breaks)
        if text[a:b].strip()
    ]
