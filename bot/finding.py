"""What the documents say to a question, before it is verified and numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.decide import Decision
from bot.statements import Statement


@dataclass(frozen=True, slots=True)
class Finding:
    """The statements of an answer, with why they are given.

    :ivar trace: how they were found, for the explanation.
    """

    statements: Sequence[Statement]
    decision: Decision
    trace: Mapping[str, Any]
