"""The four tables of the documents that the service holds, for REST and for the pages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import table_views as views
from bot.web.contract import AskService
from bot.web.links import clause_address
from ingest.bodies import BodyTable, read_bodies
from ingest.knowledge import FILE, Knowledge, extract, source_digest
from ingest.schema import ClauseTree, DocumentMeta
from ingest.settings import IngestSettings, get_settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TableSet:
    """Rows, and what pages need to speak of them: names of documents, short names of bodies, addresses."""

    trees: Mapping[str, ClauseTree]
    knowledge: Knowledge
    bodies: BodyTable

    def documents(self) -> list[DocumentMeta]:
        """What is known of each document, in the order of the corpus."""
        return [tree.meta for tree in self.trees.values()]

    def name(self, doc_id: str) -> str:
        """The short title of a document, or its id when it is not here."""
        tree = self.trees.get(doc_id)
        return tree.meta.name if tree else doc_id

    def heading(self, doc_id: str, clause_id: str | None) -> str:
        """The heading of a clause, empty where it has none."""
        tree = self.trees.get(doc_id)
        clause = tree.find(clause_id) if tree and clause_id else None
        return clause.heading if clause else ""

    def lowest(self) -> str:
        """The document people mean unless they name another; empty when there is none."""
        levels = {doc_id: tree.meta.level for doc_id, tree in self.trees.items()}
        return next(iter(views.Documents(levels).district()), "")

    def reference(self, reference: str | None) -> tuple[str, str] | None:
        """Label and address of a ``doc_id#clause_id``, or None where there is no such clause."""
        doc_id, _, clause_id = (reference or "").partition("#")
        tree = self.trees.get(doc_id)
        clause = tree.find(clause_id) if tree else None
        return (clause.label, clause_address(doc_id, clause_id)) if clause else None


class TableSource:
    """Gives the tables of the service's documents; safe to call from several threads.

    They are made, or read from the index folder, when first asked for, and again when the documents change.
    Nothing is written.
    """

    def __init__(self, service: AskService, settings: IngestSettings | None = None) -> None:
        self._service = service
        self._settings = settings
        self._lock = threading.Lock()
        self._made: tuple[tuple[ClauseTree, ...], TableSet] | None = None

    def tables(self) -> TableSet:
        """The tables of the documents as they are now."""
        trees = tuple(self._service.trees.values())
        with self._lock:
            if self._made is None or not _same(self._made[0], trees):
                self._made = (trees, self._make(trees))
            return self._made[1]

    def _make(self, trees: Sequence[ClauseTree]) -> TableSet:
        settings = self._settings or get_settings()
        bodies = read_bodies(settings.corpus_dir)
        try:
            knowledge = Knowledge.load(settings.index_dir / FILE)
        except (OSError, ValueError, KeyError, TypeError):
            log.debug("no stored tables in the index folder; they are made anew")
            knowledge = extract(trees, bodies)
        if knowledge.source != source_digest(trees, bodies):
            knowledge = extract(trees, bodies)
        return TableSet({tree.doc_id: tree for tree in trees}, knowledge, bodies)


def _same(one: Sequence[ClauseTree], other: Sequence[ClauseTree]) -> bool:
    # The same objects, not equal ones: comparing whole trees would take longer than any request.
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
