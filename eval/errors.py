"""Errors of the evaluation, each a sentence in the interface language that says where and what to do."""

from __future__ import annotations

from pathlib import Path


class EvalError(Exception):
    """The evaluation was given something it cannot work with."""


class DatasetError(EvalError):
    """A line of a question or answer file is not as it must be.

    :ivar path: the file.
    :ivar line: the line in it, from 1; None where the whole file is meant.
    """

    def __init__(self, message: str, *, path: Path, line: int | None = None) -> None:
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}：{message}")
        self.path = path
        self.line = line


class AnswererError(EvalError):
    """An answerer cannot be started at all: wrong name, no index, no server."""


class GateError(EvalError):
    """The gate's file is missing, damaged or belongs to other questions."""
