"""Lines that remember where each of their characters came from; what cleaning rules work on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.schema import OffsetMap


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``sources[i]`` is the offset of ``text[i]`` in the text as decoded.

    :ivar heading: level from 1 where the markup makes the line a heading, else 0.
    """

    text: str
    sources: tuple[int, ...]
    heading: int = 0

    def cut(self, start: int, end: int) -> Line:
        """The part ``[start, end)`` of the line."""
        return replace(self, text=self.text[start:end], sources=self.sources[start:end])

    def strip(self) -> Line:
        """Without white space at either end."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def without(self, pattern: re.Pattern[str]) -> Line:
        """Without what the pattern matches."""
        kept = [True] * len(self.text)
        for match in pattern.finditer(self.text):
            kept[match.start() : match.end()] = [False] * (match.end() - match.start())
        return replace(
            self,
            text="".join(character for character, keep in zip(self.text, kept, strict=True) if keep),
            sources=tuple(source for source, keep in zip(self.sources, kept, strict=True) if keep),
        )

    def rewritten(self, text: str) -> Line:
        """With other characters in the same places.

        :raises ValueError: when the new text has another length.
        """
        if len(text) != len(self.text):
            raise ValueError(f"a rewritten line keeps its length {len(self.text)}, got {len(text)}")
        return replace(self, text=text)

    def then(self, glue: str, other: Line) -> Line:
        """This line, ``glue``, and the other line; the glue points at the other line's first character."""
        at = other.sources[0] if other.sources else self.sources[-1]
        return replace(
            self,
            text=self.text + glue + other.text,
            sources=(*self.sources, *([at] * len(glue)), *other.sources),
        )


def split(source: str) -> list[Line]:
    """The lines of a text, whatever it ends them with."""
    lines: list[Line] = []
    start = 0
    for match in re.finditer(r"\r\n|[\n\r\v\f\x85\u2028\u2029]|$", source):
        if match.start() < start:
            continue
        lines.append(Line(source[start : match.start()], tuple(range(start, match.start()))))
        start = match.end()
    return lines


def join(lines: Iterable[Line], source_length: int) -> tuple[str, OffsetMap, tuple[tuple[int, int], ...]]:
    """The text of the lines, each ended by ``\\n``, its offset map, and where its headings begin."""
    text: list[str] = []
    sources: list[int] = []
    headings: list[tuple[int, int]] = []
    length = 0
    for line in lines:
        if line.heading:
            headings.append((length, line.heading))
        text.append(line.text + "\n")
        sources.extend(line.sources)
        # The line break points at what follows the line's last character in the source.
        sources.append(line.sources[-1] if line.sources else source_length)
        length += len(line.text) + 1
    sources.append(source_length)
    return "".join(text), OffsetMap(tuple(sources)), tuple(headings)
