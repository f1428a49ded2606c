"""Errors that ingestion raises, each with the sentence a user needs to act on."""

from __future__ import annotations


class IngestError(Exception):
    """Something in the corpus or the index is not as it must be.

    :param message: what came, what was expected and what to do, in the interface language.
    :param doc_id: the document it concerns, where there is one.
    :param position: half-open character offset or line number, where one is known.
    """

    def __init__(self, message: str, *, doc_id: str | None = None, position: int | None = None) -> None:
        super().__init__(message)
        self.doc_id = doc_id
        self.position = position


class CorpusError(IngestError):
    """The manifest or a file of the corpus is missing, damaged or contradicts itself."""


class IndexUnavailable(IngestError):
    """There is no index that the current settings can use: missing, damaged or shaped by others."""
