"""The rows of the tables and the filters on them, as pydantic models for OpenAPI."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.align import Relation
from ingest.quantities import Comparator
from ingest.schema import Form

Format = Literal["json", "csv", "xlsx"]
_Words = Annotated[str | None, Field(max_length=100)]


class PlaceModel(BaseModel):
    """Where the words of a row stand."""

    doc_id: str
    clause_id: str | None
    label: str
    quote: str = Field(description="与文件正文逐字相同")
    start: int = Field(description="quote 在文件正文里的起点，按字符计")
    end: int = Field(description="终点，不含此字符")


class OwnerModel(PlaceModel):
    """One body that acts in one clause."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "fuling-2025-6", "clause_id": "2.6.20", "label": "二、（六）第20项",
                    "quote": "教育、公安、卫生、民政、司法、科技、文旅、妇联等部门建立涉及学生数据共享机制",
                    "start": 8072, "end": 8110, "body": "区文化旅游委", "named_as": "文旅", "role": "共同",
                    "task": "建立涉及学生数据共享机制", "basis": "stated", "ground": "",
                }
            ]
        }
    )  # fmt: skip

    body: str = Field(description="单位的全称；部门表里没有的，照文件写的")
    named_as: str = Field(description="文件里的写法")
    role: str = Field(description="牵头、责任、配合、共同、主体、协调、报告等；推定的一律是“建议”")
    task: str
    basis: Literal["stated", "inferred"] = Field(description="stated 文件写明；inferred 推定，不是文件的话")
    ground: str = Field(description="推定的依据和强弱，或写明的这一行承自哪里")


class UnownedModel(PlaceModel):
    """An item for which a document names no department."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "fuling-2025-6", "clause_id": "2.8.28", "label": "二、（八）第28项",
                    "quote": "维护校园安全稳定", "start": 9120, "end": 9128, "mentioned": ["学校"],
                }
            ]
        }
    )  # fmt: skip

    mentioned: list[str] = Field(description="文件在这一项里提到的学校、企业、“部门”等")


class TargetModel(PlaceModel):
    """One quantified target."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "fuling-2025-6", "clause_id": "2.2.5", "label": "二、（二）第5项",
                    "quote": "到2027年，公办在园幼儿占比达到65%", "start": 3733, "end": 3753,
                    "indicator": "公办在园幼儿占比", "comparator": "=", "value": 65, "value2": None,
                    "unit": "%", "deadline": 2027, "deadline_stated": True, "scope": "",
                }
            ]
        }
    )  # fmt: skip

    indicator: str
    comparator: Comparator
    value: float | None
    value2: float | None = Field(description="区间的上端")
    unit: str
    deadline: int | None = Field(description="到哪一年；没有写的为 null")
    deadline_stated: bool = Field(description="本句是否写明期限；false 表示承自前文")
    scope: str


class DifferenceModel(BaseModel):
    """A figure side by side."""

    indicator: str
    here: str
    there: str = Field(description="上位没有写的为空")


class AlignModel(BaseModel):
    """A clause and the clause above that it carries out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "fuling-2025-6", "clause_id": "2.2.6", "label": "二、（二）第6项",
                    "quote": "健全控辍保学常态化机制，做好适龄重度残疾儿童少年送教上门工作，建好乡村学校少年宫。",
                    "start": 4193, "end": 4234,
                    "parent_doc_id": "national-outline-2024-2035", "parent_clause_id": "3.8",
                    "relation": "细化",
                    "differences": [{"indicator": "“新优质学校”", "here": "10所（到2027年）", "there": ""}],
                    "score": 0.2679, "form": "original", "parent_form": "digest",
                    "parent_label": "三、（八）第4段",
                    "parent_quote": "健全留守儿童、残疾儿童关爱和控辍保学常态化机制。",
                    "parent_start": 2420, "parent_end": 2444,
                }
            ]
        }
    )  # fmt: skip

    doc_id: str
    clause_id: str | None = Field(description="上位有而本级未提时为 null")
    label: str
    quote: str
    start: int
    end: int
    parent_doc_id: str
    parent_clause_id: str | None = Field(description="新增时为 null")
    relation: Relation
    differences: list[DifferenceModel]
    score: float = Field(description="相近度，0到1")
    form: Form
    parent_form: Form = Field(description="original 原件，digest 摘编")
    parent_label: str
    parent_quote: str
    parent_start: int
    parent_end: int


class RefModel(PlaceModel):
    """A document that is named, or a coinage that is used."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "fuling-2025-6", "clause_id": "1.p2", "label": "一、第2段",
                    "quote": "“六个显著提升”", "start": 963, "end": 971, "kind": "coinage",
                    "name": "六个显著提升", "defined_at": "fuling-2025-6#1.p2", "in_corpus": None,
                }
            ]
        }
    )  # fmt: skip

    kind: Literal["document", "coinage"] = Field(description="document 文件，coinage 提法")
    name: str
    defined_at: str | None = Field(description="解释这个提法的条款，写作 doc_id#clause_id")
    in_corpus: bool | None = Field(description="这份文件是否已收入；提法为 null")


class Filter(BaseModel):
    """What every table can be narrowed by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    doc_id: list[str] | None = Field(
        None, max_length=50, description="只要这份文件的行，可重复", examples=[["fuling-2025-6"]]
    )
    format: Annotated[Format, Field(description="json、csv 或 xlsx")] = "json"


class OwnerFilter(Filter):
    """Filters of the owner register."""

    clause_id: _Words = Field(None, description="这一条及其下级", examples=["2.2.5"])
    body: _Words = Field(None, description="某个单位，写哪种名称都行", examples=["文旅部门"])
    role: _Words = Field(None, description="角色", examples=["牵头"])
    task: _Words = Field(None, description="任务或原文里要有的词，空格隔开", examples=["家长学校"])
    basis: Literal["stated", "inferred"] | None = Field(None, description="stated 文件写明，inferred 推定")


class UnownedFilter(Filter):
    """Filters of the items without an owner."""


class TargetFilter(Filter):
    """Filters of the target ledger."""

    clause_id: _Words = Field(None, description="这一条及其下级", examples=["2.2"])
    year: Annotated[int, Field(ge=1900, le=2200)] | None = Field(
        None, description="到这一年的目标", examples=[2027]
    )
    topic: _Words = Field(None, description="指标或原文里要有的词，空格隔开", examples=["幼儿"])
    level: _Words = Field(None, description="范围里的级别", examples=["市级"])
    stated_only: bool = Field(False, description="与 year 同用：只要本句写明年份的")
    sort: Literal["clause", "deadline", "value"] = Field(
        "clause", description="clause 原文次序，deadline 期限先后，value 数值大小"
    )


class AlignFilter(Filter):
    """Filters of the alignment."""

    clause_id: _Words = Field(None, description="这一条及其下级", examples=["2.2.6"])
    parent_doc_id: _Words = Field(
        None, description="只看与这份上位文件的关系", examples=["national-outline-2024-2035"]
    )
    relation: Relation | None = Field(None, description="怎样落实", examples=["细化"])
    topic: _Words = Field(None, description="两边原文里要有的词，空格隔开", examples=["学前教育"])
    sort: Literal["clause", "score"] = Field("clause", description="clause 原文次序，score 相近度从高到低")


class RefFilter(Filter):
    """Filters of the references."""

    kind: Literal["document", "coinage"] | None = Field(None, description="document 文件，coinage 提法")
    name: _Words = Field(None, description="名称里要有的字", examples=["双减"])
    open: bool = Field(False, description="只要没有收入的文件和没有解释的提法")
