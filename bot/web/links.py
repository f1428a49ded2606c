"""Addresses of clauses and the short names of documents and clauses on a page."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from ingest.schema import Clause


def clause_address(doc_id: str, clause_id: str, start: int | None = None, end: int | None = None) -> str:
    """The stable address of a clause, with the quoted words where offsets are given.

    >>> clause_address("fuling-2025-6", "2.2.6")
    '/doc/fuling-2025-6#2.2.6'
    """
    query = f"?{urlencode({'start': start, 'end': end})}" if start is not None and end is not None else ""
    return f"/doc/{quote(doc_id)}{query}#{quote(clause_id)}"


def clause_page(doc_id: str, clause_id: str) -> str:
    """The stable address of the page that shows one clause alone, with what the tables know of it.

    >>> clause_page("fuling-2025-6", "2.2.6")
    '/doc/fuling-2025-6?clause=2.2.6'
    """
    return f"/doc/{quote(doc_id)}?{urlencode({'clause': clause_id})}"


def outline_entry(clause: Clause) -> str:
    """How a clause stands in the outline: its printed number and heading."""
    return f"{clause.number}{clause.heading}"
