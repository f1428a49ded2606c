"""A model's reply, read while it is still coming: each sentence as soon as its object closes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
#: Some servers leave out the mark that opens the thoughts.
_UNOPENED_THOUGHT = re.compile(r"\A.*</think>", re.DOTALL)
_OPEN_THOUGHT = re.compile(r"<think>.*\Z|<[/a-z]{0,6}\Z", re.DOTALL)
_REFUSES = re.compile(r'"answerable"\s*:\s*false')
_SENTENCES = re.compile(r'"sentences"\s*:\s*\[')
#: More than these, in one reply, are not looked at.
_MOST_SENTENCES, _MOST_SUPPORT, _LONGEST_TEXT = 12, 6, 400


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as the model gave it: its text, and (handle, quote) pairs that shall bear it."""

    text: str
    support: tuple[tuple[str, str], ...]


class ReplyReader:
    """Reads a reply piece by piece.

    Thoughts (``<think>``) and code fences are passed over; what is no sentence object is left out.
    """

    def __init__(self) -> None:
        self._raw = ""
        self._taken: set[str] = set()

    @property
    def raw(self) -> str:
        """The reply so far, as it came."""
        return self._raw

    @property
    def refuses(self) -> bool:
        """Whether the model says that the clauses do not answer."""
        return bool(_REFUSES.search(self._text()))

    def feed(self, piece: str) -> list[Said]:
        """The sentences that this piece completes."""
        self._raw += piece
        if "}" not in piece:
            # Nothing can have closed.
            return []
        objects = _closed_objects(self._text())[:_MOST_SENTENCES]
        new = [each for each in objects if each not in self._taken]
        self._taken.update(new)
        return [said for each in new if (said := _said(each)) is not None]

    def _text(self) -> str:
        return _OPEN_THOUGHT.sub("", _UNOPENED_THOUGHT.sub("", _THOUGHT.sub("", self._raw)))


def _closed_objects(text: str) -> list[str]:
    """The objects of the array of sentences that have been closed, as they are written."""
    start = _SENTENCES.search(text)
    if start is None:
        return []
    found, depth, begin, in_string, escaped = [], 0, 0, False, False
    for at in range(start.end(), len(text)):
        character = text[at]
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character == "{":
            if depth == 0:
                begin = at
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                found.append(text[begin : at + 1])
        elif character == "]" and depth == 0:
            break
    return found


def _said(written: str) -> Said | None:
    try:
        values = json.loads(written)
    except ValueError:
        return None
    text, support = values.get("text"), values.get("support")
    if not isinstance(text, str) or not isinstance(support, list) or len(text) > _LONGEST_TEXT:
        return None
    pairs = tuple(
        (each["clause"], each["quote"])
        for each in support[:_MOST_SUPPORT]
        if isinstance(each, dict)
        and isinstance(each.get("clause"), str)
        and isinstance(each.get("quote"), str)
    )
    return Said(text, pairs) if text.strip() and pairs else None
