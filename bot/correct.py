"""Words that the documents do not know, taken for words of theirs that sound or look almost alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.lexical import LexicalIndex
from ingest.numerals import CHINESE_DIGITS
from ingest.sounds import SoundIndex
from ingest.tokenizer import Tokenizer

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_LONGEST = 6

#: Characters that stand alone in ordinary questions; next to them nothing is misspelt.
_ALONE = frozenset(
    "的了和与及或在是为对等其并把被让给这那着过之也都就还又而且以于有不没要到能会可我你他她它们很更最再去来上下中里外前后多少大小好个各每从向由按用做搞管办当说讲写问请想叫谁几哪何么吗呢吧啊啥咋"
)
#: A slip never turns a word into one of these.
_PARTICLES = frozenset("的了和与及或是在有这那")
#: Nor is one of these the slip itself: 工程是哪 is no 工程师哪.
_NEVER_MISTYPED = frozenset("是的了吗呢么和与跟及打")
#: Pairs that are taken for one another even by careful writers.
_CONFUSED = frozenset(frozenset(pair) for pair in ("做作", "在再", "带代", "象像", "坐座", "需须", "其期"))
_NUMERALS = frozenset(CHINESE_DIGITS + "0123456789")


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that the documents do not know, and the word of theirs that it was taken for.

    :ivar similarity: share of characters that are the same, from 0 to 1.
    """

    written: str
    understood: str
    similarity: float


class Corrector:
    """Finds slips in questions: homophones, and one wrong character in three or more.

    Only where the word as typed is unknown: it stands in no document, and no dictionary has it.
    """

    def __init__(self, tokenizer: Tokenizer, lexical: LexicalIndex, sounds: Callable[[], SoundIndex]) -> None:
        self._tokenizer = tokenizer
        self._lexical = lexical
        self._sounds = sounds

    def correct(self, folded: str) -> tuple[Correction, ...]:
        """The slips of a folded question, longest first, without overlap."""
        found: list[Correction] = []
        for run in _HAN.findall(folded):
            if not self._suspicious(run):
                continue
            taken = [False] * len(run)
            for start, end in self._windows(run):
                if any(taken[start:end]):
                    continue
                correction = self._correct_word(run[start:end])
                if correction is not None:
                    found.append(correction)
                    taken[start:end] = [True] * (end - start)
        return tuple(found)

    def _suspicious(self, run: str) -> bool:
        return any(run[i : i + 2] not in self._lexical.vocabulary for i in range(len(run) - 1))

    def _windows(self, run: str) -> Iterator[tuple[int, int]]:
        """Spans between word boundaries that hold a pair of characters no document has, longest first."""
        bounds = [0]
        for word in self._tokenizer.cut(run):
            bounds.append(bounds[-1] + len(word))
        spans = [
            (start, end)
            for place, start in enumerate(bounds)
            for end in bounds[place + 1 :]
            if 2 <= end - start <= _LONGEST and self._unknown(run[start:end])
        ]
        yield from sorted(spans, key=lambda span: (span[0] - span[1], span[0]))

    def _unknown(self, word: str) -> bool:
        if word in self._lexical.vocabulary or self._tokenizer.knows(word):
            return False
        return self._suspicious(word)

    def _correct_word(self, word: str) -> Correction | None:
        sounds = self._sounds()
        candidates = [other for other in sounds.alike(word) if other != word]
        if len(word) >= 3:
            candidates += sounds.one_off(word)
        best: Correction | None = None
        # Those that sound alike come first, and keep their place against others as similar.
        for other in dict.fromkeys(candidates):
            similarity = sum(a == b for a, b in zip(word, other, strict=True)) / len(word)
            if (best is None or similarity > best.similarity) and self._plausible(word, other):
                best = Correction(word, other, similarity)
        return best

    def _plausible(self, word: str, other: str) -> bool:
        pairs = list(zip(word, other, strict=True))
        changed = [place for place, (a, b) in enumerate(pairs) if a != b]
        same = [a for a, b in pairs if a == b and a not in _ALONE]
        if any(set(pairs[place]) <= _NUMERALS for place in changed):
            # 七大行动 is a claim about 八大行动, and no slip.
            return False
        if not same or len(changed) > 2 or any(pairs[place][1] in _PARTICLES for place in changed):
            return False
        inside = all(0 < place < len(word) - 1 for place in changed)
        # 综和高中 for 综合高中: within a word as long as this, one that sounds the same is a slip all the same.
        homophone = other in self._sounds().alike(word)
        mended = homophone and inside and len(word) >= 4
        if not mended and any(pairs[place][0] in _NEVER_MISTYPED for place in changed):
            return False
        own_word = len(word) >= 3 and self._tokenizer.knows(other)
        common = any(pairs[place][0] in _ALONE for place in changed)
        if all(frozenset(pairs[place]) in _CONFUSED for place in changed):
            return True
        if common and not own_word and not (inside and len(word) >= 4):
            return False
        if not inside and not own_word and self._whole_but_edge(word, changed):
            return False
        return homophone or (len(word) >= 4 and not self._other_word(word, other))

    def _whole_but_edge(self, word: str, changed: list[int]) -> bool:
        """Whether the word is made of known words beside the changed edge: 所 in 所幼儿园 is no slip."""
        rest = word[1:] if changed[0] == 0 else word[:-1]
        return len(rest) >= 2 and all(len(piece) >= 2 for piece in self._tokenizer.cut(rest))

    def _other_word(self, word: str, other: str) -> bool:
        """Whether the pair of characters around the difference is a word of its own (学生会, 学生们)."""
        for place in range(len(word)):
            if word[place] != other[place]:
                pairs = (word[max(0, place - 1) : place + 1], word[place : place + 2])
                return any(len(pair) == 2 and self._tokenizer.knows(pair) for pair in pairs)
        return False
