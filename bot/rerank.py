"""A closer look at the best candidates, in named features that the explanation shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.query import Query
from ingest.fold import UNITS, fold
from ingest.glosses import NO_GLOSSES, Glosses
from ingest.lexical import LexicalIndex

#: Shares of the best fused score that a feature can add at most; found on development questions.
COVERAGE = 0.05
GLOSSED = 0.5
PHRASE = 0.10
HEADING = 0.08
FIGURE = 0.12
ASKED = 0.06
OPENING = 0.15

_UNIT = "|".join(UNITS)
_FIGURE = re.compile(rf"\d+(?:\.\d+)?(?:%|(?:{_UNIT}))?")
_YEAR = re.compile(r"20\d{2}年")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
#: What form an answer has, by the words that ask for it.
_ASKS_FIGURE = re.compile(r"多少|几(?:所|个|名|门|节|项|家|成|岁|小时|年)|占比|比例|百分|多大|多长|多久|数量")
_ASKS_DATE = re.compile(r"什么时候|何时|哪年|哪一年|几月|几号|日期|时间节点|期限")
_ASKS_WHO = re.compile(r"谁|哪个部门|哪些部门|什么部门|牵头|负责|主管|单位")
_HAS_DATE = re.compile(r"\d{4}年|\d+月|\d{4}-\d{2}")
_HAS_WHO = re.compile(r"部门|委员会|领导小组|办公室|政府|区委|[局委办校院]|单位")


class FeatureReranker:
    """Coverage of the question's rare tokens, runs of its words, headings, figures, and form of the answer.

    :param heading_of: gives the headings of a row of the lexical index.
    :param text_of: gives its text.
    :param glosses: everyday wording beside printed phrases. Where there is any, coverage by the text and its
        glosses together is a feature of its own: BM25 takes the best gloss alone, though a question has one
        word from this gloss and the next from that, or from the print.
    """

    def __init__(
        self,
        lexical: LexicalIndex,
        heading_of: Callable[[int], str],
        text_of: Callable[[int], str],
        *,
        glosses: Glosses = NO_GLOSSES,
    ) -> None:
        self._lexical = lexical
        self._glossed = bool(glosses.entries)

        @lru_cache(maxsize=4096)
        def folded(row: int) -> tuple[str, str, str, str]:
            text, heading = fold(text_of(row)), fold(heading_of(row))
            return heading, text, f"{heading}\n{text}", glosses.text_of(text)

        self._folded = folded

    def __call__(self, query: Query, rows: Sequence[int], /) -> list[dict[str, float]]:
        """Features of each row, each at least 0, in shares of the best fused score."""
        idf = {token: self._lexical.idf(token) for token in dict.fromkeys(query.tokens)}
        total = sum(idf.values()) or 1.0
        figures = set(_FIGURE.findall(query.folded))
        years = _YEAR.findall(query.folded)
        grams = _grams(query.folded, 3)
        asks = _asked_form(query.folded)
        features = []
        for row in rows:
            heading, text, both, gloss = self._folded(row)
            held = {token: weight for token, weight in idf.items() if token in both}
            named = {"coverage": COVERAGE * sum(held.values()) / total}
            if self._glossed:
                told = sum(weight for token, weight in idf.items() if token in held or token in gloss)
                named["glossed"] = GLOSSED * told / total
            if grams:
                named["phrase"] = PHRASE * sum(gram in text for gram in grams) / len(grams)
                named["heading_match"] = HEADING * sum(gram in heading for gram in grams) / len(grams)
            if figures:
                named["figure"] = FIGURE * sum(_has_figure(text, figure) for figure in figures) / len(figures)
            if text.startswith(tuple(f"到{year}" for year in years)):
                # 到2027年，…… opens what is to be reached by then; elsewhere the year is that of one measure.
                named["opening"] = OPENING
            if asks is not None and asks.search(text):
                named["asked_form"] = ASKED
            features.append(named)
        return features


def _grams(folded: str, size: int) -> list[str]:
    grams = [run[i : i + size] for run in _HAN.findall(folded) for i in range(len(run) - size + 1)]
    return list(dict.fromkeys(grams))


def _has_figure(text: str, figure: str) -> bool:
    """Whether a figure stands in a text as a whole: 5所 is not in 15所."""
    start = text.find(figure)
    while start >= 0:
        if start == 0 or not (text[start - 1].isdigit() or text[start - 1] == "."):
            return True
        start = text.find(figure, start + 1)
    return False


def _asked_form(folded: str) -> re.Pattern[str] | None:
    if _ASKS_FIGURE.search(folded):
        return _FIGURE
    if _ASKS_DATE.search(folded):
        return _HAS_DATE
    if _ASKS_WHO.search(folded):
        return _HAS_WHO
    return None
