"""Glosses: how people speak of what a phrase of the documents stands for.

A document is found by its own words only, and policy texts do not use those of the people who ask. A gloss puts
everyday wording beside a printed phrase (乡村小规模学校: 村小、教学点、村里的小学撤不撤), for the search and never for
the answer: document expansion (Nogueira et al. 2019, "Document Expansion by Query Prediction"), written by hand in
``corpus/glosses.tsv``. A gloss holds wherever its phrase is printed, in any document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ingest.fold import fold
from ingest.wordings import read_wordings

FILE = "glosses.tsv"


@dataclass(frozen=True, slots=True)
class Gloss:
    """A printed phrase, folded, and its everyday wordings in one folded text."""

    phrase: str
    text: str


@dataclass(frozen=True)
class Glosses:
    """The glosses of a corpus."""

    entries: tuple[Gloss, ...] = ()
    #: Sentences and clauses are asked for again and again.
    text_of: Callable[[str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text_of", lru_cache(maxsize=8192)(self._text_of))

    def of(self, folded: str) -> tuple[Gloss, ...]:
        """The glosses whose phrase stands in a folded text."""
        return tuple(gloss for gloss in self.entries if gloss.phrase in folded)

    def _text_of(self, folded: str) -> str:
        """What the glosses of a folded text say, one a line; empty where it has none."""
        return "\n".join(gloss.text for gloss in self.of(folded))


NO_GLOSSES = Glosses()


def read_glosses(path: Path) -> Glosses:
    """Read lines of ``phrase、phrase<TAB>everyday、everyday``; a file that is not there has no glosses.

    :raises CorpusError: for a line that is not of that form, with its number.
    """
    return Glosses(
        tuple(
            Gloss(phrase, fold("、".join(wordings)))
            for phrases, wordings in read_wordings(path)
            for phrase in phrases
        )
    )
