"""Other people's question sets, read into one form: passages, queries, and answers where there are some."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.dataset import read_lines
from eval.errors import DatasetError


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Passages by id as (title, text), queries by id, relevant passage ids by query, answer texts by query.

    ``answers`` is empty for sets that have none; an unanswerable query has an empty tuple of answers.
    """

    passages: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    relevant: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def first(self, count: int | None) -> RetrievalSet:
        """The set with its first queries only, all passages kept; the whole set for None."""
        keys = list(self.queries)[:count]
        return RetrievalSet(
            self.passages,
            {key: self.queries[key] for key in keys},
            {key: self.relevant[key] for key in keys},
            {key: self.answers[key] for key in keys if key in self.answers},
        )


def read_corpus(corpus: Path, queries: Path) -> RetrievalSet:
    """``{"id", "title", "text"}`` lines and ``{"id", "text", "gold": [ids]}`` lines, plain or gzipped.

    :raises DatasetError: when a line lacks a field, an id repeats, or a gold id is not in the corpus.
    """
    passages: dict[str, tuple[str, str]] = {}
    for number, row in _lines(corpus):
        key = str(_field(row, "id", corpus, number))
        if key in passages:
            raise DatasetError(f"id “{key}”重复", path=corpus, line=number)
        passages[key] = (str(row.get("title") or ""), str(_field(row, "text", corpus, number)))
    texts, relevant = {}, {}
    for number, row in _lines(queries):
        key = str(_field(row, "id", queries, number))
        gold = tuple(str(item) for item in _field(row, "gold", queries, number))
        missing = [item for item in gold if item not in passages]
        if missing:
            raise DatasetError(f"gold “{missing[0]}”不在 {corpus.name} 里", path=queries, line=number)
        texts[key] = str(_field(row, "text", queries, number))
        relevant[key] = gold
    return RetrievalSet(passages, texts, relevant)


def read_squad(path: Path) -> RetrievalSet:
    """SQuAD-style JSON, versions 1.1 and 2.0: every paragraph is a passage, relevant to its questions.

    An unanswerable question (``is_impossible``) keeps its paragraph as relevant and has no answers. Equal
    paragraphs are one passage.

    :raises DatasetError: when the file is not such JSON.
    """
    try:
        with _open(path) as file:
            articles = json.load(file)["data"]
        passages: dict[str, tuple[str, str]] = {}
        by_text: dict[str, str] = {}
        queries, relevant, answers = {}, {}, {}
        for place, article in enumerate(articles):
            for number, paragraph in enumerate(article["paragraphs"]):
                text = paragraph["context"]
                key = by_text.setdefault(text, f"p{place}-{number}")
                passages.setdefault(key, (str(article.get("title") or ""), text))
                for item in paragraph["qas"]:
                    query = str(item["id"])
                    queries[query] = item["question"]
                    relevant[query] = (key,)
                    found = () if str(item.get("is_impossible", "")).lower() == "true" else item["answers"]
                    answers[query] = tuple(dict.fromkeys(answer["text"] for answer in found))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"不是 SQuAD 格式：{error!r}", path=path) from error
    return RetrievalSet(passages, queries, relevant, answers)


def read_pairs(path: Path) -> RetrievalSet:
    """Lines of a question with the passage that answers it, under any of their usual names.

    Equal passages are one. Names: ``question``, ``query`` or ``text`` for the one; ``passage``, ``context``,
    ``positive`` or ``document`` for the other; ``title`` where there is one.

    :raises DatasetError: when a line has neither of the names.
    """
    passages: dict[str, tuple[str, str]] = {}
    by_text: dict[str, str] = {}
    queries, relevant = {}, {}
    for number, row in _lines(path):
        question = _first(row, ("question", "query", "text"), path, number)
        passage = _first(row, ("passage", "context", "positive", "document"), path, number)
        key = by_text.setdefault(passage, f"p{len(by_text)}")
        passages.setdefault(key, (str(row.get("title") or ""), passage))
        query = str(row.get("id", f"q{number}"))
        queries[query], relevant[query] = question, (key,)
    return RetrievalSet(passages, queries, relevant)


def _open(path: Path) -> Any:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.suffix != ".gz":
        yield from read_lines(path)
        return
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, dict(json.loads(line))
    except (OSError, ValueError, TypeError) as error:
        raise DatasetError(f"读不了：{error}", path=path) from error


def _field(row: Mapping[str, Any], name: str, path: Path, line: int) -> Any:
    if name not in row:
        raise DatasetError(f"缺 {name}，有：{'、'.join(row)}", path=path, line=line)
    return row[name]


def _first(row: Mapping[str, Any], names: tuple[str, ...], path: Path, line: int) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value:
            return value
    raise DatasetError(f"缺 {' 或 '.join(names)}，有：{'、'.join(row)}", path=path, line=line)
