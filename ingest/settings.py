"""Where the corpus lies, where the index goes and what shapes it; each value can come from the environment."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class IngestSettings(BaseSettings):
    """Settings of ingestion, from environment variables of the same names in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    #: Folder with ``manifest.toml`` and the documents as obtained.
    corpus_dir: Path = PROJECT_ROOT / "corpus"
    #: Folder for everything that is built and can be built again.
    index_dir: Path = PROJECT_ROOT / ".cache" / "index"
    #: A hub name or a folder of a sentence-transformers model; empty for the model that ships.
    embedding_model: str = ""
    #: Longest piece that is indexed as one, in jieba tokens.
    chunk_tokens: int = Field(default=400, ge=32, le=8192)


@lru_cache(maxsize=1)
def get_settings() -> IngestSettings:
    """The settings of this process, read once."""
    return IngestSettings()
