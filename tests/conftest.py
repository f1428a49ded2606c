"""What tests share: the shipped corpus as trees, and a service over an index built once for the session."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.service import Service
from ingest.pipeline import build, read_trees
from ingest.schema import ClauseTree, CleanDocument, DocumentMeta, OffsetMap
from ingest.settings import IngestSettings


@pytest.fixture(scope="session")
def trees() -> dict[str, ClauseTree]:
    """The clause trees of the documents that ship, by id."""
    return {tree.doc_id: tree for tree in read_trees(IngestSettings())}


@pytest.fixture(scope="session")
def plan(trees: dict[str, ClauseTree]) -> ClauseTree:
    """The district's plan."""
    return trees["fuling-2025-6"]


@pytest.fixture(scope="session")
def built_settings(tmp_path_factory: pytest.TempPathFactory) -> IngestSettings:
    """Settings whose index folder holds a fresh index of the shipped corpus."""
    settings = IngestSettings(index_dir=tmp_path_factory.mktemp("index"))
    build(settings)
    return settings


@pytest.fixture(scope="session")
def service(built_settings: IngestSettings) -> Service:
    """A service over the fresh index."""
    return Service.open(built_settings)


def meta(doc_id: str = "doc", title: str = "测试文件", path: str = "doc.txt") -> DocumentMeta:
    """What a test document says of itself."""
    return DocumentMeta(doc_id, title, "other", "测试机关", "original", path, "0" * 64)


def document(text: str, **headings: int) -> CleanDocument:
    """A clean document of that text, each line ended."""
    text = text if text.endswith("\n") or not text else text + "\n"
    return CleanDocument(meta(), text, text, OffsetMap.identity(len(text)))


__all__ = ["Path", "document", "meta"]
