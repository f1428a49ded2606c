"""Everyday wording and the wording of policy texts that means the same: data in ``corpus/thesaurus.tsv``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.errors import CorpusError
from ingest.fold import fold

#: A phrase of fewer characters would fire inside other words.
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Expansion:
    """A phrase of a question and what policy texts say instead."""

    phrase: str
    wordings: tuple[str, ...]
    worth: float = 1.0


@dataclass(frozen=True)
class Thesaurus:
    """Everyday phrases, folded, with their policy wordings."""

    entries: Mapping[str, tuple[str, ...]]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        phrases = sorted(self.entries, key=lambda phrase: (-len(phrase), phrase))
        return re.compile("|".join(map(re.escape, phrases))) if phrases else None

    def expand(self, folded: str) -> tuple[Expansion, ...]:
        """The entries whose phrase stands in a folded question, longest phrases first, without overlap."""
        if self._pattern is None:
            return ()
        phrases = dict.fromkeys(match[0] for match in self._pattern.finditer(folded))
        return tuple(Expansion(phrase, self.entries[phrase]) for phrase in phrases)


def read_thesaurus(path: Path) -> Thesaurus:
    """Read lines of ``everyday、everyday<TAB>policy、policy``; lines that begin with ``#`` are comments.

    A file that is not there gives an empty thesaurus.

    :raises CorpusError: for a line that is not of that form, with its number.
    """
    if not path.exists():
        return Thesaurus({})
    entries: dict[str, tuple[str, ...]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"词表读不出来（{path}：{error}）。") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        wordings = tuple(part for part in columns[1].split("、") if part) if len(columns) == 2 else ()
        phrases = [fold(part.strip()) for part in columns[0].split("、")]
        if not wordings or any(len(phrase) < _SHORTEST for phrase in phrases):
            raise CorpusError(
                f"词表第 {number} 行不是“日常说法、日常说法<制表符>政策说法、政策说法”，每个说法至少两个字：{line!r}",
                position=number,
            )
        for phrase in phrases:
            # The same phrase on several lines collects what they say; its own wording adds nothing.
            others = tuple(wording for wording in wordings if fold(wording) != phrase)
            entries[phrase] = tuple(dict.fromkeys((*entries.get(phrase, ()), *others)))
    return Thesaurus(entries)


def problems(thesaurus: Thesaurus, known: Callable[[str], bool]) -> list[str]:
    """What looks wrong, as sentences: an entry that says nothing, or one whose wordings no document knows.

    :param known: whether a folded wording stands in the documents.
    """
    found = []
    for phrase, wordings in thesaurus.entries.items():
        if not wordings:
            found.append(f"“{phrase}”没有与它不同的政策说法")
        elif not any(known(fold(wording)) for wording in wordings):
            found.append(f"“{phrase}”的政策说法都不在语料里：{'、'.join(wordings)}")
    return found
