"""The one place where Chinese text is cut into tokens: for chunk budgets, for the index and for queries.

A text becomes the words of jieba's search cut together with the bigrams of its characters: words are
precise where the dictionary has them, bigrams meet where it has not (雏鹰计划, 教共体). On public Chinese
retrieval sets the union beats either alone (docs/retrieval.md).
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from ingest.fold import UNITS, fold

#: Changes whenever the same text may give other tokens; an index made with another version is stale.
TOKENIZER_VERSION = "1"

#: Frequency given to words of the domain dictionary: above any sum of their parts.
_DOMAIN_FREQUENCY = 2_000_000

#: Words that only hold a sentence together. They stay in bigrams, where they cost little.
STOP_WORDS = frozenset(
    [
        "的",
        "了",
        "和",
        "与",
        "及",
        "或",
        "在",
        "是",
        "为",
        "对",
        "等",
        "其",
        "并",
        "把",
        "被",
        "让",
        "给",
        "吗",
        "呢",
        "吧",
        "啊",
        "呀",
        "么",
        "嘛",
        "哦",
        "这",
        "那",
        "着",
        "过",
        "之",
        "也",
        "都",
        "就",
        "还",
        "又",
        "而",
        "且",
        "以",
        "于",
        "我",
        "你",
        "他",
        "她",
        "它",
        "您",
        "们",
        "我们",
        "你们",
        "他们",
        "咱们",
        "请问",
        "一下",
        "什么",
        "怎么",
        "怎样",
        "哪些",
        "哪个",
        "哪里",
        "如何",
        "为什么",
        "是否",
        "有没有",
        "是不是",
        "能不能",
        "请",
        "想",
        "问",
        "告诉",
        "知道",
        "一些",
        "这个",
        "那个",
        "这些",
        "那些",
        "多少",
        "几",
        "谁",
        "啥",
        "咋",
    ]
)

#: A run of Han characters, or a run of letters and figures with the marks that join them (3+2, 2-3, 3.0).
_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]+|[a-z0-9]+(?:[.+/_-][a-z0-9]+)*%?")
_PART = re.compile(r"\d+(?:\.\d+)?%?|[a-z]+")
_UNIT_AHEAD = re.compile("|".join(UNITS))


@lru_cache(maxsize=1)
def _base() -> Any:
    """jieba's general dictionary, read once; a private cutter, so that no other user of jieba is touched."""
    import jieba

    jieba.setLogLevel(60)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    return cutter


def _cutter_with(words: Iterable[str]) -> Any:
    import jieba

    base = _base()
    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total, cutter.initialized = dict(base.FREQ), base.total, True
    for word in words:
        cutter.add_word(word, freq=_DOMAIN_FREQUENCY)
    return cutter


class Tokenizer:
    """Cuts text into search tokens; two with the same words cut alike.

    :param words: domain words to keep whole, beside jieba's own dictionary.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(sorted({fold(word) for word in words}))

    @cached_property
    def _cutter(self) -> Any:
        return _cutter_with(self.words) if self.words else _base()

    @cached_property
    def digest(self) -> str:
        """Names the version and the dictionary; equal digests cut alike."""
        content = "\n".join((TOKENIZER_VERSION, *self.words))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def knows(self, word: str) -> bool:
        """Whether a folded word stands in the dictionary."""
        return bool(self._cutter.FREQ.get(word))

    def frequency(self, word: str) -> int:
        """How often a word occurs in the language at large, per jieba's own dictionary; 0 if it is not there."""
        return int(_base().FREQ.get(word) or 0)

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order and without overlap; no unknown word is guessed."""
        return [word for word in self._cutter.cut(text, HMM=False) if not word.isspace()]

    def words_of(self, folded: str) -> Iterator[str]:
        """The word tokens of a folded text, figures with and without their unit among them."""
        position = 0
        for run in _RUN.finditer(folded):
            if run.start() < position and run.end() <= position:
                continue
            text, start = run[0], run.start()
            if text[0].isascii():
                position = run.end()
                parts = _PART.findall(text)
                if len(parts) > 1:
                    yield text
                unit = _UNIT_AHEAD.match(folded, run.end()) if text[-1].isdigit() else None
                if unit is not None and parts:
                    yield parts[-1] + unit[0]
                    position = unit.end() if len(unit[0]) == 1 else position
                yield from parts
            else:
                for word in self._cutter.cut_for_search(text[max(0, position - start) :], HMM=False):
                    if word not in STOP_WORDS:
                        yield word

    def tokenize(self, text: str) -> list[str]:
        """The search tokens of a text: words, figures, and character bigrams that are not words already."""
        folded = fold(text)
        words = list(self.words_of(folded))
        return words + list(bigrams(folded))


def bigrams(folded: str) -> Iterator[str]:
    """Pairs of neighbouring Han characters of a folded text; none across punctuation."""
    for run in _RUN.findall(folded):
        if not run[0].isascii():
            for left, right in itertools.pairwise(run):
                yield left + right


@lru_cache(maxsize=1)
def default_tokenizer() -> Tokenizer:
    """The tokenizer without a domain dictionary."""
    return Tokenizer()


def tokenize(text: str) -> list[str]:
    """Search tokens of a text, cut with jieba's own dictionary.

    >>> sorted(set(tokenize("每天两个小时")))
    ['2', '2小时', '小时', '每天']
    """
    return default_tokenizer().tokenize(text)


def count_tokens(text: str) -> int:
    """Length of a text in jieba words, white space left out."""
    return sum(1 for word in _base().cut(text, HMM=False) if not word.isspace())


__all__ = [
    "TOKENIZER_VERSION",
    "Tokenizer",
    "bigrams",
    "count_tokens",
    "default_tokenizer",
    "fold",
    "tokenize",
]
