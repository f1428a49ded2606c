"""Numbers that Word prints before a paragraph without writing them into its text, and the styles they come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.numerals import to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{W}val"
#: After one of these the words follow at once, after another number a space.
_CLOSED = tuple("、.．。）)〕】：:")


class Styles:
    """The paragraph styles of a document."""

    def __init__(self, part: Element | None) -> None:
        found = part.iter(f"{W}style") if part is not None else ()
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}

    def of(self, paragraph: Element) -> str:
        """The id of a paragraph's style, empty for the default one."""
        return _value(paragraph, f"{W}pPr/{W}pStyle")

    def chain(self, style: str) -> Iterator[tuple[str, Element]]:
        """A style and what it is based on, nearest first."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield style, self._styles[style]
            style = _value(self._styles[style], f"{W}basedOn")

    def is_contents(self, style: str) -> bool:
        """Whether the style is one of a table of contents."""
        return any(_value(each, f"{W}name").lower().startswith("toc ") for _, each in self.chain(style))

    def heading(self, paragraph: Element, style: str) -> int:
        """The level of a heading from 1, or 0."""
        for _, each in self.chain(style):
            if found := re.fullmatch(r"heading ([1-6])", _value(each, f"{W}name").lower()):
                return int(found[1])
        level = _value(paragraph, f"{W}pPr/{W}outlineLvl")
        return int(level) + 1 if level.isdigit() and int(level) < 6 else 0


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level is counted and printed.

    :ivar text: with ``%1`` for the number of the first level, ``%2`` of the second.
    """

    start: int
    kind: str
    text: str


class Numbering:
    """Counts the paragraphs of a document as Word would."""

    def __init__(self, part: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        for abstract in part.iter(f"{W}abstractNum") if part is not None else ():
            key = abstract.get(f"{W}abstractNumId", "")
            self._levels[key] = dict(map(self._level(key), abstract.iter(f"{W}lvl")))
        for each in part.iter(f"{W}num") if part is not None else ():
            starts = {
                _number(override.get(f"{W}ilvl", "")): _number(_value(override, f"{W}startOverride"))
                for override in each.iter(f"{W}lvlOverride")
                if override.find(f"{W}startOverride") is not None
            }
            self._lists[each.get(f"{W}numId", "")] = _value(each, f"{W}abstractNumId"), starts

    def next(self, paragraph: Element) -> str:
        """The number that is printed before this paragraph, which must be the next in the document; or nothing."""
        number, depth = self._list_of(paragraph)
        key, starts = self._lists.get(number, ("", {}))
        levels = self._levels.get(key, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(key, {})
        if depth in starts and (number, depth) not in self._begun:
            counts[depth] = starts[depth] - 1
        self._begun.add((number, depth))
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]

        def printed(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            wanted = levels.get(at)
            return _KINDS.get(wanted.kind, str)(counts.get(at, wanted.start)) if wanted else ""

        if level.kind in ("bullet", "none"):
            return ""
        text = re.sub(r"%(\d)", printed, level.text).strip()
        return text if not text or text.endswith(_CLOSED) else f"{text} "

    def _level(self, key: str) -> Callable[[Element], tuple[int, _Level]]:
        def read(part: Element) -> tuple[int, _Level]:
            depth = _number(part.get(f"{W}ilvl", ""))
            if style := _value(part, f"{W}pStyle"):
                self._level_of_style[key, style] = depth
            start = _number(_value(part, f"{W}start"), 1)
            return depth, _Level(start, _value(part, f"{W}numFmt"), _value(part, f"{W}lvlText"))

        return read

    def _list_of(self, paragraph: Element) -> tuple[str, int]:
        """The list a paragraph is in, by itself or by its style, and its level there from 0."""
        depth = ""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        if own is not None:
            depth = _value(own, f"{W}ilvl")
            if number := _value(own, f"{W}numId"):
                return number, _number(depth)
        for style, part in self._styles.chain(self._styles.of(paragraph)):
            numbered = part.find(f"{W}pPr/{W}numPr")
            if numbered is not None and (number := _value(numbered, f"{W}numId")):
                key, _ = self._lists.get(number, ("", {}))
                known = self._level_of_style.get((key, style), 0)
                return number, _number(depth or _value(numbered, f"{W}ilvl"), known)
        return "", 0


def _value(part: Element, path: str) -> str:
    found = part.find(path)
    return found.get(_VAL, "") if found is not None else ""


def _number(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else default


def _chinese(number: int) -> str:
    return to_chinese(number) if 0 < number < 10_000 else str(number)


def _enclosed(first: str) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if 0 < number <= 20 else f"({number})"


def _letters(first: str) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _stem(number: int) -> str:
    return "甲乙丙丁戊己庚辛壬癸"[(number - 1) % 10]


def _roman(number: int) -> str:
    steps = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    written = ""
    for value, letters in steps:
        times, number = divmod(number, value)
        written += letters * times
    return written


#: How Word's kinds of numbers are printed (ECMA-376, ST_NumberFormat); any other in plain digits.
_KINDS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
         "japaneseCounting", "ideographDigital"), _chinese
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _enclosed("①")),
    "decimalEnclosedParen": _enclosed("⑴"),
    "decimalEnclosedFullstop": _enclosed("⒈"),
    "ideographTraditional": _stem,
    "upperLetter": _letters("A"),
    "lowerLetter": _letters("a"),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
}  # fmt: skip
