"""The README tells the truth: its questions have these answers, its commands exist, every setting has its row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.service import Service
from bot.settings import BotSettings
from bot.web.access import AccessSettings
from bot.web.serve import WebSettings
from ingest.settings import IngestSettings

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]


def rows(name: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading."""
    text = (ROOT / name).read_text(encoding="utf-8").split(f"## {heading}", 1)[1]
    lines = [line for line in text.split("\n## ", 1)[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_questions_to_try_have_the_answers_that_are_printed(service: Service) -> None:
    printed = rows("README.md", "Ten questions to try")
    assert len(printed) == 10
    for question, answer in printed:
        assert service.ask(question).answer.replace("\n", " ") == answer


def test_both_readmes_print_the_same_questions() -> None:
    assert rows("README.md", "Ten questions to try") == rows("README.zh-CN.md", "可以这样问")


@pytest.mark.parametrize("name", READMES)
def test_every_setting_has_its_row(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for settings in (IngestSettings, BotSettings, WebSettings, AccessSettings):
        for setting in settings.model_fields:
            assert f"`{setting.upper()}`" in text


@pytest.mark.parametrize("name", READMES)
def test_what_a_readme_points_at_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_make_target_of_the_readme_has_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in READMES:
        for target in re.findall(r"(?:    |`)make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8")):
            assert re.search(rf"^{target}:.*## ", makefile, re.M), target


def test_every_change_is_told() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
