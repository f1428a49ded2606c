"""Half-width punctuation between Chinese characters becomes the full-width mark that belongs there."""

from __future__ import annotations

import re

from ingest.lines import Line

_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
#: Chinese characters and the marks that only stand in Chinese text.
_CHINESE = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff，。；：！？、《》〈〉“”‘’（）〔〕【】…—]")
_PARENTHESES = re.compile(r"\(([^()]*)\)")


def to_full_width(line: Line) -> Line:
    """The line with Chinese punctuation; figures such as 1,000, 12:30 and addresses stay as they are."""
    text = line.text
    characters = list(text)

    def is_chinese(position: int, step: int) -> bool:
        """Whether the next character in that direction that is no space is Chinese."""
        position += step
        while 0 <= position < len(text) and text[position] == " ":
            position += step
        return 0 <= position < len(text) and bool(_CHINESE.match(characters[position]))

    for match in _PARENTHESES.finditer(text):
        before, after = is_chinese(match.start(), -1), is_chinese(match.end() - 1, 1)
        if before or after or _CHINESE.search(match.group(1)):
            characters[match.start()], characters[match.end() - 1] = "（", "）"
    for position, character in enumerate(text):
        if character not in _FULL_WIDTH:
            continue
        followed_by_break = position == len(text) - 1
        if (is_chinese(position, -1) and (followed_by_break or text[position + 1] not in "/")) or (
            is_chinese(position, 1) and not _between_digits(text, position)
        ):
            characters[position] = _FULL_WIDTH[character]
    return line.rewritten("".join(characters))


def _between_digits(text: str, position: int) -> bool:
    return text[position - 1 : position].isdigit() and text[position + 1 : position + 2].isdigit()
