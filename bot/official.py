"""How documents, their dates and their clauses are written where people cite them."""

from __future__ import annotations

from ingest.schema import Clause, ClauseTree, DocumentMeta

LEVEL_NAMES = {"national": "国家", "municipal": "市", "district": "区", "other": "其他"}
FORM_NAMES = {"original": "原件", "digest": "摘编"}


def title_of(meta: DocumentMeta) -> str:
    """The title in the marks of a title, which a document may bring of itself."""
    return meta.title if meta.title.startswith("《") else f"《{meta.title}》"


def citation_text(tree: ClauseTree, clause: Clause, quoted: str) -> str:
    """The official form of a citation: title, document number, clause, and the quoted words.

    A digest is called one, since its words are not the official ones.
    """
    meta = tree.meta
    number = f"（{meta.document_number}）" if meta.document_number else ""
    words = f"：“{quoted}”" if quoted else ""
    form = "（摘编，非官方文本）" if meta.form == "digest" else ""
    return f"{title_of(meta)}{number}{clause.label}{form}{words}"


def document_text(meta: DocumentMeta) -> str:
    """A document in a list of sources: title and number, issuer, date, level, and whether it is a digest."""
    number = f"（{meta.document_number}）" if meta.document_number else ""
    form = "原件" if meta.form == "original" else "摘编，不是官方文本"
    level = "" if meta.level == "other" else f"{LEVEL_NAMES[meta.level]}级"
    facts = [meta.issuer, date_of(meta), level, form]
    return f"{title_of(meta)}{number}，{'，'.join(filter(None, facts))}"


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
