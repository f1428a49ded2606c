"""The word lists of the corpus, and wordings that belong together: ``thesaurus.tsv`` and ``glosses.tsv``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.errors import CorpusError
from ingest.fold import fold

#: A phrase of fewer characters would be found inside other words.
_SHORTEST = 2

Wordings = tuple[tuple[str, ...], tuple[str, ...]]


def read_rows(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    """The lines of a word list, each with its number and its columns; ``#`` begins a comment.

    A file that is not there has no lines.

    :raises CorpusError: when the file cannot be read.
    """
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"词表读不出来（{path}：{error}）。") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line, [column.strip() for column in line.split("\t")]


def read_wordings(path: Path) -> list[Wordings]:
    """The lines ``phrase、phrase<TAB>wording、wording`` of a file, the phrases folded, as :func:`read_rows`.

    :raises CorpusError: for a line that is not of that form, with its number.
    """
    found = []
    for number, line, columns in read_rows(path):
        wordings = tuple(part.strip() for part in columns[-1].split("、") if part.strip())
        phrases = tuple(fold(part.strip()) for part in columns[0].split("、"))
        if len(columns) != 2 or not wordings or any(len(phrase) < _SHORTEST for phrase in phrases):
            raise CorpusError(
                f"词表 {path.name} 第 {number} 行不是“说法、说法<制表符>说法、说法”，左边每个说法至少两个字：{line!r}",
                position=number,
            )
        found.append((phrases, wordings))
    return found
