"""What shapes answers; each value can come from the environment variable of the same name in capitals."""

from __future__ import annotations

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import IngestError

#: What a setting that cannot be used should have been.
_EXPECTED = {
    "max_question_chars": "应当是 50 到 10000 的整数",
    "top_k": "应当是 1 到 100 的整数",
    "max_history": "应当是 0 到 50 的整数",
    "llm_timeout": "应当是大于 0、不超过 600 的秒数，例如 LLM_TIMEOUT=20",
}


class SettingsError(IngestError):
    """A setting of the environment cannot be used; the message says which, and what was expected."""


class BotSettings(BaseSettings):
    """Settings of question answering."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

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


def read_settings() -> BotSettings:
    """The settings as the environment has them.

    :raises SettingsError: when one of them cannot be used.
    """
    try:
        return BotSettings()
    except ValidationError as error:
        # Not the value: that of a key is shown nowhere.
        names = [str(each["loc"][0]) for each in error.errors()]
        told = "；".join(
            f"{name.upper()} 不能用，{_EXPECTED.get(name, '请看 README 的配置一节')}" for name in names
        )
        raise SettingsError(f"环境变量 {told}。") from None
