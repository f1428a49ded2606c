"""The domain dictionary, read off the corpus itself: what its authors set apart as names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.fold import fold

#: Coinages stand in quotation marks (“教共体”, “12368”), documents in 《》.
_QUOTED = re.compile(r"[“\"「『]([^“”\"「」『』\n]{2,12})[”\"」』]")
_TITLE = re.compile(r"《([^《》\n]{2,40})》")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SEPARATOR = re.compile(r"[·+、,/ ]|\([^()]*\)")

#: Longer quotations are sayings, which words and bigrams serve better than one long token.
_LONGEST_WORD = 8


def domain_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Words to keep whole: quoted coinages and titles of documents, folded and sorted.

    >>> domain_words(["基础教育发展共同体（以下简称“教共体”）全面覆盖，构建“12368”体系。"])
    ('教共体',)
    """
    words: set[str] = set()
    for text in texts:
        for pattern in (_QUOTED, _TITLE):
            for match in pattern.finditer(text):
                # Parts of a coinage that stand on their own; what a figure was cut from (“两个作用”) is none.
                parts = _SEPARATOR.split(fold(match[1]))
                words.update(
                    part for part in parts if _HAN.fullmatch(part) and 2 <= len(part) <= _LONGEST_WORD
                )
    return tuple(sorted(words))
