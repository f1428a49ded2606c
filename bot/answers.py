"""From what was found to an answer: statements are verified against their quotes, and mended or left out."""

from __future__ import annotations

from dataclasses import replace

from bot import messages
from bot.finding import Finding
from bot.schema import Answer, Reason
from bot.statements import Statement, numbered
from bot.verify import verify
from ingest.bodies import BodyTable
from ingest.schema import ClauseTree


def answered(found: Finding, trees: dict[str, ClauseTree], bodies: BodyTable) -> Answer:
    """The answer that the statements make, those left out that their quotes do not bear; an abstention where none is
    left."""
    # What two parts of a question find alike is said once.
    kept = list(dict.fromkeys(found.statements))
    while kept:
        text, citations = numbered(kept, trees)
        counted = [figure for statement in kept for figure in statement.counted]
        problems = verify(text, citations, trees, counted=counted, bodies=bodies, verbatim=True)
        if not problems:
            confidence = found.decision.confidence
            return Answer(
                "", "", "answered", None, text, citations, confidence, "extractive", 0.0, found.trace
            )
        failing = {problem.sentence for problem in problems}
        lines = text.split("\n")
        mended = [
            _repaired(statement) if line in failing else statement
            for statement, line in zip(kept, lines, strict=True)
            if line not in failing or _repaired(statement) != statement
        ]
        if mended == kept:
            # A problem that belongs to no line cannot be mended by its line.
            break
        kept = mended
    return replace(abstained("not_stated", messages.UNVERIFIED), trace=found.trace)


def abstained(reason: Reason, text: str, confidence: float = 0.9) -> Answer:
    """An answer that says why there is none."""
    return Answer("", "", "abstained", reason, text, (), round(confidence, 3), "extractive", 0.0)


def _repaired(statement: Statement) -> Statement:
    """The statement in the words of its first quote alone, which needs no other support."""
    first = statement.evidence[0]
    return Statement(first.text, (first,))
