"""What goes into ``POST /api/verify`` and what comes out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from bot.claims import TEXT_LIMIT
from bot.fact_check import Checked
from bot.web.models import CITATION_EXAMPLE, CitationModel

_ROW_EXAMPLE: JsonDict = {
    "start": 0,
    "end": 19,
    "text": "到2027年，公办在园幼儿占比达到75%。",
    "verdict": "contradicted",
    "said": ["75%"],
    "instead": ["公办在园幼儿占比达到65%"],
    "citations": [CITATION_EXAMPLE],
    "note": "",
}


class VerifyBody(BaseModel):
    """A text to be checked sentence by sentence."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": "到2027年，公办在园幼儿占比达到75%。特色普通高中打造5所。"}]
        },
    )

    text: Annotated[
        str, Field(max_length=TEXT_LIMIT, description=f"通知、报告或别的回答，不超过{TEXT_LIMIT}个字")
    ]


class CheckedModel(BaseModel):
    """What the documents say to one sentence."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ROW_EXAMPLE]})

    start: int = Field(description="这一句在所给文字里的起点，按字符计")
    end: int = Field(description="这一句的终点，不含此字符")
    text: str
    verdict: Literal["supported", "contradicted", "not_mentioned", "no_claim"] = Field(
        description="supported 有依据；contradicted 与原文不符；not_mentioned 文件没有提到；no_claim 没有陈述（标题、问句、客套）"
    )
    said: list[str] = Field(description="与原文不符的说法")
    instead: list[str] = Field(description="原文在那里的写法，逐字")
    citations: list[CitationModel] = Field(description="依据的条款；没有提到时是最相近的一条，可以为空")
    note: str = ""


class TallyModel(BaseModel):
    """How many sentences there are of each kind."""

    supported: int
    contradicted: int
    not_mentioned: int
    no_claim: int


class VerifyModel(BaseModel):
    """A checked text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tally": {"supported": 0, "contradicted": 1, "not_mentioned": 0, "no_claim": 0},
                    "sentences": [_ROW_EXAMPLE],
                }
            ]
        }
    )

    tally: TallyModel
    sentences: list[CheckedModel]

    @classmethod
    def of(cls, rows: list[Checked]) -> VerifyModel:
        counts = {
            name: sum(row.verdict == name for row in rows)
            for name in ("supported", "contradicted", "not_mentioned", "no_claim")
        }
        return cls(
            tally=TallyModel(**counts), sentences=[CheckedModel.model_validate(row.to_dict()) for row in rows]
        )
