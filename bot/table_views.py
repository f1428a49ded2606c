"""Views of the four tables: what a person filters, sorts and reads them by. Complete, never the top few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.align import AlignRow, figure
from ingest.bodies import BodyTable
from ingest.fold import fold
from ingest.knowledge import Knowledge, UnownedRow, row_to_dict
from ingest.owners import OwnerRow
from ingest.refs import RefRow
from ingest.schema import Level
from ingest.targets import TargetRow

Row = OwnerRow | TargetRow | AlignRow | RefRow | UnownedRow
TargetOrder = Literal["clause", "deadline", "value"]

#: How the interface calls the levels of documents and the two kinds of ground.
LEVEL_NAMES: dict[str, str] = {"national": "国家", "municipal": "市", "district": "区县", "other": "其他"}
STATED, INFERRED = "文件写明", "推定"


@dataclass(frozen=True, slots=True)
class Documents:
    """What views need to know of documents: the level of each, by id, in the order of the corpus."""

    levels: dict[str, Level] = field(default_factory=dict)

    def district(self) -> tuple[str, ...]:
        """The documents of the lowest level that there is, which people mean unless they name another."""
        for level in ("district", "municipal", "national", "other"):
            found = tuple(doc_id for doc_id, own in self.levels.items() if own == level)
            if found:
                return found
        return ()


def owners(
    knowledge: Knowledge,
    bodies: BodyTable,
    *,
    body: str | None = None,
    clause: str | None = None,
    task: str | None = None,
    role: str | None = None,
    doc_ids: Sequence[str] | None = None,
    basis: str | None = None,
) -> tuple[OwnerRow, ...]:
    """Rows of the owner register, in the order of the text.

    :param body: any name of a body; rows that call it otherwise are found as well.
    :param clause: a clause id; what is below it is included.
    :param task: words that the task, the quote or the label must contain, all of them.
    :param basis: ``stated``, ``inferred``, or None for both.
    """
    rows = knowledge.owners_of(body, bodies, basis=None) if body else knowledge.owners
    return tuple(
        row
        for row in rows
        if (basis is None or row.basis == basis)
        and (role is None or row.role == role)
        and _in(row, doc_ids, clause)
        and _contains(f"{row.task}{row.quote}", task)
    )


def by_body(rows: Sequence[OwnerRow], bodies: BodyTable) -> dict[str, tuple[OwnerRow, ...]]:
    """Rows by the short name of their body, those with most stated rows first."""
    groups: dict[str, list[OwnerRow]] = {}
    for row in rows:
        groups.setdefault(bodies.short(row.body), []).append(row)
    order = sorted(groups, key=lambda name: -sum(row.basis == "stated" for row in groups[name]))
    return {name: tuple(groups[name]) for name in order}


def unowned(knowledge: Knowledge, *, doc_ids: Sequence[str] | None = None) -> tuple[UnownedRow, ...]:
    """The items for which a document names no department and no leading group."""
    return tuple(row for row in knowledge.unowned if _in(row, doc_ids, None))


def targets(
    knowledge: Knowledge,
    *,
    year: int | None = None,
    topic: str | None = None,
    level: str | None = None,
    clause: str | None = None,
    doc_ids: Sequence[str] | None = None,
    stated_only: bool = False,
    order: TargetOrder = "clause",
) -> tuple[TargetRow, ...]:
    """Rows of the target ledger.

    :param year: targets due in that year.
    :param topic: words that indicator, quote or label must contain, all of them.
    :param level: 市级, 区级, 国家级 …, compared with the scope as printed.
    :param stated_only: leave out dates that the sentence itself does not state.
    :param order: ``clause`` is the order of the text, ``deadline`` puts what is due first at the front and
        what has no date at the end, ``value`` the largest first within each unit.
    """
    rows = [
        row
        for row in knowledge.targets
        if (year is None or (row.deadline == year and (row.deadline_stated or not stated_only)))
        and (level is None or level in row.scope)
        and _in(row, doc_ids, clause)
        and _contains(f"{row.indicator}{row.quote}", topic)
    ]
    if order == "deadline":
        rows.sort(key=lambda row: row.deadline or 9999)
    elif order == "value":
        rows.sort(key=lambda row: (row.unit, -(row.value if row.value is not None else -1)))
    return tuple(rows)


def align(
    knowledge: Knowledge,
    *,
    clause: str | None = None,
    parent: str | None = None,
    relation: str | None = None,
    topic: str | None = None,
    doc_ids: Sequence[str] | None = None,
) -> tuple[AlignRow, ...]:
    """Rows of the alignment; with ``clause``, those of it and of what is below it."""
    return tuple(
        row
        for row in knowledge.align
        if (parent is None or row.parent_doc_id == parent)
        and (relation is None or row.relation == relation)
        and _in(row, doc_ids, clause)
        and _contains(f"{row.quote}{row.parent_quote}", topic)
    )


def refs(
    knowledge: Knowledge,
    *,
    kind: str | None = None,
    name: str | None = None,
    open_only: bool = False,
    doc_ids: Sequence[str] | None = None,
) -> tuple[RefRow, ...]:
    """Documents named and coinages used.

    :param open_only: documents that are not in the corpus, and coinages that nothing explains.
    """
    return tuple(
        row
        for row in knowledge.refs
        if (kind is None or row.kind == kind)
        and (not open_only or (row.in_corpus is False if row.kind == "document" else row.defined_at is None))
        and _in(row, doc_ids, None)
        and _contains(row.name, name)
    )


def columns(row: Row, bodies: BodyTable | None = None) -> dict[str, str]:
    """A row as a person reads it: column titles in Chinese, every cell a string."""
    if isinstance(row, OwnerRow):
        return {
            "单位": bodies.short(row.body) if bodies else row.body,
            "文中称": row.named_as if row.basis == "stated" else "",
            "角色": row.role,
            "条款": row.label,
            "任务": row.task,
            "依据": STATED if row.basis == "stated" else INFERRED,
            "说明": row.ground,
            "原文": row.quote,
        }
    if isinstance(row, TargetRow):
        return {
            "指标": row.indicator,
            "要求": figure(row).split("（到")[0],
            "期限": deadline(row),
            "范围": row.scope,
            "条款": row.label,
            "原文": row.quote,
        }
    if isinstance(row, AlignRow):
        return {
            "本级条款": row.label or "（本级未提）",
            "关系": row.relation,
            "上位文件": row.parent_doc_id,
            "上位条款": row.parent_label or "（上位没有对应）",
            "上位文本": "摘编，非原文" if row.parent_form == "digest" else "原文",
            "差异": "；".join(
                f"{each.indicator}：本级{each.here or '未提'}，上位{each.there or '未提'}"
                for each in row.differences
            ),
            "相近度": f"{row.score:.2f}" if row.score else "",
            "本级原文": row.quote,
            "上位内容": row.parent_quote,
        }
    if isinstance(row, UnownedRow):
        return {"条款": row.label, "事项": row.quote, "文中提到": "、".join(row.mentioned)}
    known = {True: "已收入", False: "未收入", None: ""}[row.in_corpus]
    return {
        "类别": "文件" if row.kind == "document" else "提法",
        "名称": row.name,
        "条款": row.label,
        "语料": known,
        "解释见": row.defined_at or ("" if row.kind == "document" else "全文没有解释"),
    }


def deadline(row: TargetRow) -> str:
    """2027年, or 2027年（承前文） where the sentence itself does not say so."""
    if row.deadline is None:
        return "未写"
    return f"{row.deadline}年" if row.deadline_stated else f"{row.deadline}年（承前文，本句未写）"


def to_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows with the columns of the contract."""
    return [row_to_dict(row) for row in rows]


def _in(row: Row, doc_ids: Sequence[str] | None, clause: str | None) -> bool:
    if doc_ids is not None and row.doc_id not in doc_ids:
        return False
    own = row.clause_id or ""
    return clause is None or own == clause or own.startswith(f"{clause}.")


def _contains(text: str, words: str | None) -> bool:
    if not words:
        return True
    folded = fold(text)
    return all(fold(word) in folded for word in re.split(r"\s+", words.strip()))
