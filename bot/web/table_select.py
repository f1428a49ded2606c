"""From a filter to rows, and from rows to a file: what REST and the pages have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import ValidationError

from bot import table_views as views
from bot.table_export import to_csv
from bot.web.table_data import TableSet
from bot.web.table_models import AlignFilter, Filter, OwnerFilter, RefFilter, TargetFilter, UnownedFilter
from ingest.align import AlignRow
from ingest.knowledge import UnownedRow
from ingest.owners import OwnerRow
from ingest.refs import RefRow
from ingest.targets import TargetRow

_F = TypeVar("_F", bound=Filter)


def select_owners(tables: TableSet, chosen: OwnerFilter) -> tuple[OwnerRow, ...]:
    """Rows of the owner register, in the order of the text."""
    return views.owners(
        tables.knowledge,
        tables.bodies,
        body=chosen.body,
        clause=chosen.clause_id,
        task=chosen.task,
        role=chosen.role,
        doc_ids=chosen.doc_id,
        basis=chosen.basis,
    )


def select_unowned(tables: TableSet, chosen: UnownedFilter) -> tuple[UnownedRow, ...]:
    """The items for which a document names no department."""
    return views.unowned(tables.knowledge, doc_ids=chosen.doc_id)


def select_targets(tables: TableSet, chosen: TargetFilter) -> tuple[TargetRow, ...]:
    """Rows of the target ledger, in the order that was asked for."""
    return views.targets(
        tables.knowledge,
        year=chosen.year,
        topic=chosen.topic,
        level=chosen.level,
        clause=chosen.clause_id,
        doc_ids=chosen.doc_id,
        stated_only=chosen.stated_only,
        order=chosen.sort,
    )


def select_align(tables: TableSet, chosen: AlignFilter) -> tuple[AlignRow, ...]:
    """Rows of the alignment, in the order that was asked for."""
    rows = views.align(
        tables.knowledge,
        clause=chosen.clause_id,
        parent=chosen.parent_doc_id,
        relation=chosen.relation,
        topic=chosen.topic,
        doc_ids=chosen.doc_id,
    )
    return tuple(sorted(rows, key=lambda row: -row.score)) if chosen.sort == "score" else rows


def select_refs(tables: TableSet, chosen: RefFilter) -> tuple[RefRow, ...]:
    """Documents named and coinages used, in the order of the text."""
    return views.refs(
        tables.knowledge,
        kind=chosen.kind,
        name=chosen.name,
        open_only=chosen.open,
        doc_ids=chosen.doc_id,
    )


def lenient(model: type[_F], query: Mapping[str, str]) -> _F:
    """The filter that a page's address names; what is empty, unknown or not allowed is left out."""
    values: dict[str, object] = {
        name: [value] if name == "doc_id" else value
        for name, value in query.items()
        if name in model.model_fields and value.strip()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = {item["loc"][0] for item in error.errors()}
        return model.model_validate({name: value for name, value in values.items() if name not in wrong})


def address(path: str, chosen: Filter, **changed: str) -> str:
    """An address with the filter as its query; ``changed`` replaces values, an empty one removes it."""
    values = {**chosen.model_dump(exclude_defaults=True, exclude_none=True), **changed}
    said = {name: "true" if value is True else value for name, value in values.items() if value != ""}
    query = urlencode(said, doseq=True)
    return f"{path}?{query}" if query else path


def cells(rows: Sequence[views.Row], tables: TableSet) -> list[dict[str, str]]:
    """Rows as a spreadsheet shows them: the document's name in front, the reference at the end."""
    return [
        {
            "文件": tables.name(row.doc_id),
            **_columns(row, tables),
            "编号": f"{row.doc_id}#{row.clause_id or ''}",
        }
        for row in rows
    ]


def csv_text(rows: Sequence[views.Row], every: Sequence[views.Row], tables: TableSet) -> str:
    """Rows as CSV; without any, the header that all rows of the table have."""
    if rows or not every:
        return to_csv(cells(rows, tables))
    return to_csv(cells(every[:1], tables)).split("\r\n", 1)[0] + "\r\n"


def _columns(row: views.Row, tables: TableSet) -> dict[str, str]:
    columns = views.columns(row, tables.bodies)
    if isinstance(row, AlignRow):
        columns["上位文件"] = tables.name(row.parent_doc_id)
    return columns
