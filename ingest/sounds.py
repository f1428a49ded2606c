"""How the corpus's own words sound, so that a homophone typed by mistake finds the word that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.fold import fold
from ingest.tokenizer import Tokenizer

_HAN = re.compile(r"[\u4e00-\u9fff]+")
#: Sounds that speakers of south-western Mandarin and input methods confuse are one sound here.
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))
#: Neighbouring words are joined up to this many characters (暖心惠师 is three words to jieba), and only in
#: corpora of up to so many characters; a larger one has words alone.
_LONGEST = 6
_JOINED_UP_TO = 300_000


@lru_cache(maxsize=8192)
def syllables(word: str) -> tuple[str, ...]:
    """Pinyin without tones, a syllable for each character, confused sounds made one.

    >>> syllables("师资") == syllables("诗滋"), syllables("食堂") == syllables("时堂")
    (True, True)
    """
    from pypinyin import lazy_pinyin

    return tuple(_merged(syllable) for syllable in lazy_pinyin(word))


def _merged(syllable: str) -> str:
    for apart, merged in _CONFUSED:
        if apart in ("zh", "ch", "sh"):
            syllable = merged + syllable[2:] if syllable.startswith(apart) else syllable
        elif syllable.endswith(apart):
            syllable = syllable[: -len(apart)] + merged
    return syllable


@dataclass(frozen=True)
class SoundIndex:
    """Words of the corpus by sound, and those of its dictionary by all their characters but one."""

    by_sound: dict[str, tuple[str, ...]]
    by_gap: dict[str, tuple[str, ...]]

    def alike(self, word: str) -> tuple[str, ...]:
        """Words of the corpus that sound like ``word``."""
        return self.by_sound.get(" ".join(syllables(word)), ())

    def one_off(self, word: str) -> tuple[str, ...]:
        """Dictionary words of three characters and more that differ from ``word`` in one character."""
        found = (other for gap in _gaps(word) for other in self.by_gap.get(gap, ()))
        return tuple(dict.fromkeys(other for other in found if other != word))


def build_sounds(texts: Iterable[str], tokenizer: Tokenizer) -> list[tuple[str, str, bool]]:
    """(word, sound, whether it is a word of its own) for the words of the texts, and in a small corpus for
    neighbours joined."""
    texts = list(texts)
    joined = sum(map(len, texts)) <= _JOINED_UP_TO
    words = sorted({word for text in texts for word in _words(fold(text), tokenizer, joined)})
    return [(word, " ".join(syllables(word)), tokenizer.knows(word)) for word in words]


def _words(folded: str, tokenizer: Tokenizer, joined: bool) -> Iterator[str]:
    for run in _HAN.findall(folded):
        cut = tokenizer.cut(run)
        for start in range(len(cut)):
            word = ""
            for piece in cut[start : start + 4]:
                word += piece
                whole = word == piece
                # Joined pieces of two characters are mostly no words (的发), and would be found everywhere.
                if len(word) > (_LONGEST if not whole else 12) or (not whole and not joined):
                    break
                if (whole and len(word) >= 2) or len(word) >= 3:
                    yield word


def save_sounds(path: Path, sounds: Iterable[tuple[str, str, bool]]) -> None:
    """Write a line for each word."""
    lines = (f"{word}\t{sound}\t{int(whole)}" for word, sound, whole in sounds)
    path.write_text("\n".join(lines), encoding="utf-8")


def load_sounds(path: Path) -> SoundIndex:
    """Read what :func:`save_sounds` wrote.

    :raises OSError, ValueError: when the file is missing or damaged.
    """
    by_sound: dict[str, list[str]] = {}
    by_gap: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            word, sound, whole = line.split("\t")
            by_sound.setdefault(sound, []).append(word)
            for gap in _gaps(word) if whole == "1" else ():
                by_gap.setdefault(gap, []).append(word)
    return SoundIndex(
        {sound: tuple(words) for sound, words in by_sound.items()},
        {gap: tuple(words) for gap, words in by_gap.items()},
    )


def _gaps(word: str) -> list[str]:
    return [f"{word[:i]}*{word[i + 1 :]}" for i in range(len(word))] if len(word) >= 3 else []
