"""Addresses of clauses and the words that name a document on a page."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from ingest.schema import Clause, ClauseTree, DocumentMeta

LEVEL_NAMES = {"national": "国家", "municipal": "市", "district": "区", "other": "其他"}
FORM_NAMES = {"original": "原件", "digest": "摘编"}


def clause_address(doc_id: str, clause_id: str, start: int | None = None, end: int | None = None) -> str:
    """The stable address of a clause, with the quoted words where offsets are given.

    >>> clause_address("fuling-2025-6", "2.2.6")
    '/doc/fuling-2025-6#2.2.6'
    """
    query = f"?{urlencode({'start': start, 'end': end})}" if start is not None and end is not None else ""
    return f"/doc/{quote(doc_id)}{query}#{quote(clause_id)}"


def name_of(meta: DocumentMeta) -> str:
    """The short title where there is one, else the title."""
    return meta.short_title or meta.title


def date_of(meta: DocumentMeta) -> str:
    """The date a reader looks for, 成文 before 发布, with the word that says which; empty when unknown."""
    if meta.issued:
        return f"{chinese_date(meta.issued)}成文"
    return f"{chinese_date(meta.published)}发布" if meta.published else ""


def chinese_date(date: str) -> str:
    """An ISO date as Chinese readers write it; anything else as it came.

    >>> chinese_date("2025-03-08")
    '2025年3月8日'
    """
    parts = date.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return date
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def outline_entry(clause: Clause) -> str:
    """How a clause stands in the outline: its printed number and heading."""
    return f"{clause.number}{clause.heading}"


def citation_text(tree: ClauseTree, clause: Clause, quoted: str) -> str:
    """A citation to paste into a paper: title, document number, clause and the quoted words."""
    meta = tree.meta
    number = f"（{meta.document_number}）" if meta.document_number else ""
    words = f"：“{quoted}”" if quoted else ""
    form = "（摘编，非官方文本）" if meta.form == "digest" else ""
    title = meta.title if meta.title.startswith("《") else f"《{meta.title}》"
    return f"{title}{number}{clause.label}{form}{words}"
