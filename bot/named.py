"""Which documents a question names: by title, alias, level of government, or a law that is not here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.schema import DocumentMeta, Level
from ingest.script import to_simplified

#: Ways to point at a level of government that are no part of a name: 国家层面, but not 国家通用语言.
_LEVELS: tuple[tuple[Level, str], ...] = (
    (
        "national",
        r"国家(?:层面|那边|一级|级(?:文件|规划|政策|层面))|国家(?:的)?(?:纲要|规划|文件|政策|要求|规定)|"
        r"(?<![\u4e00-\u9fff])国家(?=要|怎|对|是|有|提|说|讲|的|、|和|与|跟|,)|中央(?:的)?(?:层面|文件|要求|怎么|规定)|中央和国务院|"
        r"(?:跟|和|与|比|从)国家(?=[的比相怎,、]|$)",
    ),
    (
        "municipal",
        r"市里|市上|市一级|市级(?:层面|规划|文件|政策)|(?:全|我)市(?:的)?(?:规划|层面|文件)|"
        r"(?<![\u4e00-\u9fff])市(?=、区|和区|与区|规划)",
    ),
    (
        "district",
        r"区里|区上|区一级|区级(?:层面|方案|文件|政策)|(?:我|本)区(?:的)?(?:方案|层面|文件)|咱们?区|"
        r"(?<=[市国家]、)区(?=的|怎|各|有|三)",
    ),
)
#: The place that issued a document, where the words after it show that its document is meant.
_PLACE_MEANT = r"(?:市|区|县|省)?(?:的|[那这]份|[那这]个)?(?:教育)?(?:方案|规划|文件|层面|版|这边|那边|这份|怎么|是怎么|有什么|对|提出|要求)"
_PLACE = re.compile(
    r"(?:中共)?(?:[\u4e00-\u9fff]{2,4}?[省市])??([\u4e00-\u9fff]{2,4}?)(?:[市区县]委|[省市区县]人民政府)"
)
_BOOK_TITLE = re.compile(r"《([^《》]{1,60})》")
#: What a document is, where it stands for the one document here whose title ends so: 这个方案, 方案里.
_SORT = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[这那本该在个份把从跟和与对按照据]))(方案|规划|纲要|意见|办法|条例)(?![\u4e00-\u9fff]*》)"
)
_LAW = re.compile(
    r"[\u4e00-\u9fff]{2,30}?(?:法|条例|办法|规定|解释)(?=第?[0-9一二三四五六七八九十百零〇]+条)"
)
_YEARS = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class Named:
    """A document named in a question, as a half-open span; ``doc_id`` is empty for one that is not here."""

    start: int
    end: int
    doc_id: str


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Simplified, half width, lower case, and as long as the text, so that offsets carry over.

    Circled numbers stay, because ① and 1 are different marks.
    """
    characters = []
    for character in to_simplified(text):
        folded = unicodedata.normalize("NFKC", character).lower()
        circled = "\u2460" <= character <= "\u32bf" or "\u2474" <= character <= "\u249b"
        characters.append(character if circled or len(folded) != 1 else folded)
    return "".join(characters)


def core(title: str) -> str:
    """A title without its years in brackets and without 《》, in plain form."""
    return _YEARS.sub("", plain(title)).strip("《》 ")


def documents_named(question: str, metas: Iterable[DocumentMeta]) -> tuple[str, ...]:
    """Ids of the documents that a question names, in the order of the question; empty where it names none.

    《纲要》, a title or an alias names a document; so do 国家层面, 市里 and 区里, and a place with a word
    that shows that its document is meant (重庆的规划). 国家通用语言 or 涪陵榨菜 name none.
    """
    found = dict.fromkeys(named.doc_id for named in named_spans(question, tuple(metas)) if named.doc_id)
    return tuple(found)


def named_spans(question: str, metas: Sequence[DocumentMeta]) -> list[Named]:
    """Every mention of a document, in the order of the question, longest mention where they overlap."""
    text = plain(question)
    found = [
        *_titles(text, metas),
        *_aliases(text, metas),
        *_sorts(text, metas),
        *_levels(text, metas),
        *_laws(text, metas),
    ]
    kept: list[Named] = []
    # A title or an alias wins over a level word that stands inside it.
    for named in sorted(found, key=lambda named: (named.start - named.end, not named.doc_id)):
        if all(named.end <= other.start or named.start >= other.end for other in kept):
            kept.append(named)
    # 国家 may stand for several documents of one level: all of them are named.
    spans = {(named.start, named.end) for named in kept}
    return sorted(
        {named for named in found if (named.start, named.end) in spans and (named.doc_id or named in kept)},
        key=lambda named: (
            named.start,
            [meta.doc_id for meta in metas].index(named.doc_id) if named.doc_id else -1,
        ),
    )


def _titles(text: str, metas: Sequence[DocumentMeta]) -> Iterator[Named]:
    for match in _BOOK_TITLE.finditer(text):
        title = core(match[1])
        owners = [meta.doc_id for meta in metas if _is_title_of(title, meta)]
        for doc_id in owners or [""]:
            yield Named(match.start(), match.end(), doc_id)


def _is_title_of(title: str, meta: DocumentMeta) -> bool:
    names = [core(name) for name in (meta.title, meta.short_title, *meta.aliases) if name]
    if title in names:
        return True
    official = core(meta.title)
    # 《规划纲要》 for a document whose title ends so; 《纲要》 does not mean one that ends in 规划.
    return official.endswith(title) or (len(title) >= 6 and (title in official or official in title))


def _aliases(text: str, metas: Sequence[DocumentMeta]) -> Iterator[Named]:
    for meta in metas:
        numbers = (meta.document_number or "",)
        for name in {core(name) for name in (meta.title, meta.short_title, *meta.aliases, *numbers)}:
            start = text.find(name) if len(name) >= 2 else -1
            while start >= 0:
                yield Named(start, start + len(name), meta.doc_id)
                start = text.find(name, start + 1)


def _sorts(text: str, metas: Sequence[DocumentMeta]) -> Iterator[Named]:
    for match in _SORT.finditer(text):
        owners = [meta.doc_id for meta in metas if core(meta.title).endswith(match[1])]
        if len(owners) == 1:
            yield Named(match.start(), match.end(), owners[0])


def _levels(text: str, metas: Sequence[DocumentMeta]) -> Iterator[Named]:
    for level, pattern in _LEVELS:
        for match in re.finditer(pattern, text):
            for meta in metas:
                if meta.level == level:
                    yield Named(match.start(), match.end(), meta.doc_id)
    for meta in metas:
        place = _PLACE.match(plain(meta.issuer))
        if place is not None:
            for match in re.finditer(re.escape(place[1]) + _PLACE_MEANT, text):
                yield Named(match.start(), match.end(), meta.doc_id)


def _laws(text: str, metas: Sequence[DocumentMeta]) -> Iterator[Named]:
    for match in _LAW.finditer(text):
        owners = [meta.doc_id for meta in metas if core(meta.title).endswith(match[0])]
        for doc_id in owners or [""]:
            yield Named(match.start(), match.end(), doc_id)
