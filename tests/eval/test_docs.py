from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

import eval.__main__  # noqa: F401  registers the commands
from eval.baselines import BASELINES
from eval.cli import app
from eval.dataset import SPLIT_SALT
from eval.gate import CEILINGS, FLOORS
from eval.measures import MEASURE_NAMES, MEASURES
from eval.retrieval import SYSTEMS
from eval.schema import Kind, Question, Reason, Style
from eval.stage import STAGE_NAMES

DOCS = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *MEASURE_NAMES,
        *Question.model_fields,
        *STAGE_NAMES,
        *BASELINES,
        *SYSTEMS,
        *FLOORS,
        *CEILINGS,
        *get_args(Kind),
        *get_args(Style),
        *get_args(Reason),
    ],
)
def test_every_name_that_a_reader_meets_is_in_the_docs(name: str) -> None:
    assert f"`{name}`" in DOCS


def test_every_command_is_in_the_docs() -> None:
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert len(names) == 12
    assert [name for name in names if f"| `{name}` |" not in DOCS] == []


def test_the_rule_of_the_halves_is_the_one_in_the_docs() -> None:
    assert f'sha256("{SPLIT_SALT}" + id)' in DOCS


def test_every_measure_says_its_formula_or_source_in_its_docstring() -> None:
    assert [name for name, measure in MEASURES.items() if len(measure.__doc__ or "") < 60] == []
