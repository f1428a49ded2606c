"""What of a text a reader sees: no control and zero-width characters, no markup, no addresses."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffd]"
)
_MARKUP = re.compile(
    r"(?is)<(script|style)\b[^>]*>.*?</\1\s*>|!?\[[^\]]*\]\([^)]*\)|<[^<>]{0,200}>|https?://\S+"
)


def readable(text: str) -> str:
    """A question without what no reader sees and without markup; of a longer text, what asks.

    >>> readable("<b>公办园</b>占比![x](http://e.example/a.png)多少？")
    '公办园占比多少？'
    """
    text = _MARKUP.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return re.sub(r"\s+", " ", text).strip()
