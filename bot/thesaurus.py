"""Everyday wording and the wording of policy texts that means the same: data in ``corpus/thesaurus.tsv``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.fold import fold
from ingest.wordings import read_wordings


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
    entries: dict[str, tuple[str, ...]] = {}
    for phrases, wordings in read_wordings(path):
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
