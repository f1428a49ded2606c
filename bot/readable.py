"""What of a text a reader sees: no control and zero-width characters, no markup, no addresses."""

from __future__ import annotations

import re
import unicodedata

#: Categories of characters that no reader sees, or that only sit on others: controls, formats such as zero-width
#: and bidirectional ones, surrogates, private and unassigned ones, combining marks.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"))
_SPACE = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_MARKUP = re.compile(
    r"(?is)<(script|style)\b[^>]*>.*?</\1\s*>|!?\[[^\]]*\]\([^)]*\)|<[^<>]{0,200}>|https?://\S+"
)


def readable(text: str) -> str:
    """A question without what no reader sees and without markup; of a longer text, what asks.

    >>> readable("<b>公办园</b>占比![x](http://e.example/a.png)多少？")
    '公办园占比多少？'
    """
    text = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in _SPACE or (unicodedata.category(character) not in _UNSEEN and character != "\ufffd")
    )
    text = _MARKUP.sub("", text)
    return re.sub(r"\s+", " ", text).strip()
