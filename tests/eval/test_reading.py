from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from eval import reading
from eval.errors import AnswererError
from eval.importers import RetrievalSet
from eval.reading import answer_reading_set, write_corpus

DATA = RetrievalSet(
    {
        "a": ("长江", "长江全长6300千米，发源于青藏高原。\n它注入东海。"),
        "b": ("长江", "长江流域有 19 个省区。"),
        "c": ("黄河", "黄河全长5464千米，注入渤海。"),
    },
    {"q1": "黄河注入哪里？"},
    {"q1": ("c",)},
    {"q1": ("渤海",)},
)


def test_passages_become_a_corpus_with_a_heading_for_each_title(tmp_path: Path) -> None:
    write_corpus(DATA, tmp_path / "corpus")
    text = (tmp_path / "corpus" / "reading.md").read_text(encoding="utf-8")
    assert text.split("\n\n") == [
        "# 阅读材料",
        "## 长江",
        "长江全长6300千米，发源于青藏高原。 它注入东海。",
        "长江流域有 19 个省区。",
        "## 黄河",
        "黄河全长5464千米，注入渤海。\n",
    ]
    manifest = tomllib.loads((tmp_path / "corpus" / "manifest.toml").read_text(encoding="utf-8"))
    assert manifest["document"][0]["doc_id"] == "reading"


@pytest.mark.slow
def test_the_project_answers_from_the_passages_alone() -> None:
    answers = answer_reading_set(DATA)
    assert "渤海" in answers["q1"].answer
    assert answers["q1"].citations[0].doc_id == "reading"


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(AnswererError, match="python -m no_such_module_here 以状态 1 结束"):
        reading._command(["no_such_module_here"], {})
