"""What shapes answers; each value can come from the environment variable of the same name in capitals."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BotSettings(BaseSettings):
    """Settings of question answering."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    #: Longest question that is read, in characters; the rest of a longer one would never be answered well.
    max_question_chars: int = Field(default=1000, ge=50, le=10_000)
    #: How many clauses the retriever hands on.
    top_k: int = Field(default=12, ge=1, le=100)
    #: How many turns of a conversation are looked back on.
    max_history: int = Field(default=8, ge=0, le=50)
    #: A hub name or a folder of a sentence-transformers ``CrossEncoder`` that reranks; empty for none.
    reranker_model: str = ""
    #: A model that words answers, by its name at an OpenAI-compatible endpoint; empty for none.
    llm_model: str = ""
    #: The address of that endpoint, up to and with ``/v1``.
    llm_base_url: str = ""
    #: Its key; shown nowhere.
    llm_api_key: SecretStr = SecretStr("")
    #: The longest that a user waits for the model, in seconds, other tries included.
    llm_timeout: float = Field(default=20.0, gt=0, le=600)
