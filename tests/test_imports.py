"""Who imports whom: the table of the architecture, read from the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"ingest", "bot", "eval", "app"}
#: Package -> what of ours it may import.
ALLOWED = {"ingest": {"ingest"}, "bot": {"bot", "ingest"}, "eval": {"eval", "bot", "ingest"}, "app": {"bot"}}
#: Steps of ingestion that answering has no business with.
INGEST_ONLY = {"ingest.clean", "ingest.parse", "ingest.chunk", "ingest.corpus", "ingest.marks", "ingest.lint"}
#: Library -> the files that may name it.
ONE_FILE = {
    "jieba": {"ingest/tokenizer.py", "eval/ranking.py"},
    "chromadb": {"ingest/dense.py"},
    "sentence_transformers": {
        "ingest/embed.py",
        "ingest/train_embedder.py",
        "bot/cross_encoder.py",
        "bot/rerank.py",
    },
    "gradio": {"bot/web"},
    "opencc": {"ingest/script.py", "eval/fold.py"},
}


def sources(package: str) -> list[Path]:
    return [ROOT / "app.py"] if package == "app" else sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    for path in sources(package):
        of_ours = {name.split(".")[0] for name in imported(path)} & OURS
        assert of_ours <= ALLOWED[package], path


def test_answering_parses_no_document() -> None:
    for path in sources("bot"):
        assert not imported(path) & INGEST_ONLY, path


@pytest.mark.parametrize("library", sorted(ONE_FILE))
def test_a_library_is_named_where_it_belongs(library: str) -> None:
    for package in ("ingest", "bot", "eval", "app"):
        for path in sources(package):
            name = path.relative_to(ROOT).as_posix()
            if any(entry.split(".")[0] == library for entry in imported(path)):
                assert any(
                    name == allowed or name.startswith(f"{allowed}/") for allowed in ONE_FILE[library]
                ), name
