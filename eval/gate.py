"""Floors that the project must not fall below, pinned with what they were measured on.

``gate.json`` holds floors and ceilings with their margins, and the digests of questions and clauses.
Raising a floor is free; lowering one, or pinning to other questions or clauses, is a deliberate command with
a reason, and leaves a line in ``gate.log``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.errors import GateError
from eval.measures import MEASURE_NAMES

GATE_PATH = Path(__file__).resolve().parent / "gate.json"
LOG_PATH = Path(__file__).resolve().parent / "gate.log"
FORMAT = 1

#: What is pinned, and how far a measure may fall before the gate closes. Answers are deterministic, so the
#: margin is not for chance between runs but for a dependency's new version: about three questions of 600.
#: Quotes are verbatim or they are not, so there the margin is nothing.
FLOORS: Mapping[str, float] = {
    "fully_right": 0.005,
    "first_citation": 0.005,
    "clause_recall": 0.005,
    "facts": 0.005,
    "quotes_verbatim": 0.0,
    "figure_fidelity": 0.002,
    "answered_rightly": 0.005,
}
CEILINGS: Mapping[str, float] = {"false_answer": 0.01, "false_refusal": 0.01}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the gate: a measure, its bound, and whether the value keeps it."""

    measure: str
    value: float | None
    bound: float
    margin: float
    kept: bool

    def sentence(self) -> str:
        sign = "不低于" if self.measure in FLOORS else "不高于"
        found = "没有测到" if self.value is None else f"{self.value:.4f}"
        mark = "通过" if self.kept else "未通过"
        return (
            f"{mark}  {MEASURE_NAMES[self.measure]}：{found}，应{sign} {self.bound:.4f}（容差 {self.margin}）"
        )


def read_gate(path: Path = GATE_PATH) -> dict[str, Any]:
    """The pinned gate.

    :raises GateError: when it is missing or not such a file.
    """
    try:
        gate = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GateError(f"没有 {path.name}；先用 python -m eval gate --pin --reason 原因 定下门槛") from None
    except (OSError, ValueError) as error:
        raise GateError(f"{path.name} 读不了：{error}") from error
    if not isinstance(gate, dict) or gate.get("format") != FORMAT or not isinstance(gate.get("bounds"), dict):
        raise GateError(f"{path.name} 不是格式 {FORMAT} 的门槛文件")
    return gate


def judge_sheet(sheet: Mapping[str, Any], gate: Mapping[str, Any]) -> list[Verdict]:
    """Every bound held against a score sheet.

    :raises GateError: when the sheet is of other questions or other clauses than the gate.
    """
    for key, what in (("questions_digest", "题集"), ("corpus_digest", "条款文本")):
        if sheet[key] != gate[key]:
            raise GateError(
                f"{what}与定门槛时不同（{sheet[key][:12]}，门槛 {gate[key][:12]}）。核对分数后，"
                "用 python -m eval gate --pin --reason 原因 重新定门槛。"
            )
    verdicts = []
    for name, bound in gate["bounds"].items():
        found = sheet["measures"].get(name)
        value = None if found is None else float(found["value"])
        limit, margin = float(bound["bound"]), float(bound["margin"])
        if name in CEILINGS:
            kept = value is not None and value <= limit + margin + 1e-9
        else:
            kept = value is not None and value >= limit - margin - 1e-9
        verdicts.append(Verdict(name, value, limit, margin, kept))
    return verdicts


def pin(
    sheet: Mapping[str, Any],
    *,
    reason: str,
    lower: bool = False,
    path: Path = GATE_PATH,
    log: Path = LOG_PATH,
    today: date | None = None,
) -> list[str]:
    """Set the bounds to what a sheet reached, and log what was done.

    :param reason: why, for the log; needed always.
    :param lower: allow bounds to become easier to keep.
    :returns: the changes, one sentence each.
    :raises GateError: when a bound would become easier and ``lower`` is not set, or no reason is given.
    """
    if not " ".join(reason.split()):
        raise GateError("定门槛要写明原因：--reason 原因")
    old = read_gate(path) if path.exists() else None
    bounds = {
        name: {"bound": sheet["measures"][name]["value"], "margin": margin}
        for name, margin in (*FLOORS.items(), *CEILINGS.items())
        if name in sheet["measures"]
    }
    changes, eased = _changes(old["bounds"] if old else {}, bounds)
    if eased and not lower:
        raise GateError(f"这会放宽门槛：{'；'.join(eased)}。确要放宽，加 --lower。")
    rebased = old is not None and any(old[key] != sheet[key] for key in ("questions_digest", "corpus_digest"))
    gate = {
        "format": FORMAT,
        "questions": sheet["questions"],
        "questions_digest": sheet["questions_digest"],
        "corpus_digest": sheet["corpus_digest"],
        "bounds": bounds,
    }
    path.write_text(json.dumps(gate, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    kind = "放宽" if eased else ("换题集或文本" if rebased else ("首次" if old is None else "收紧"))
    line = (
        f"{today or date.today()}\t{kind}\t{'；'.join(changes) or '门槛未变'}\t{' '.join(reason.split())}\n"
    )
    with log.open("a", encoding="utf-8") as file:
        file.write(line)
    return changes


def _changes(
    old: Mapping[str, Mapping[str, float]], new: Mapping[str, Mapping[str, float]]
) -> tuple[list[str], list[str]]:
    """All changes, and those of them that make a bound easier to keep; a bound that goes is easier."""
    changes, eased = [], []
    for name in (*old, *(name for name in new if name not in old)):
        before = old[name]["bound"] if name in old else None
        after = new[name]["bound"] if name in new else None
        if before == after:
            continue
        shown = ["—" if value is None else f"{value:.4f}" for value in (before, after)]
        sentence = f"{MEASURE_NAMES.get(name, name)} {shown[0]}→{shown[1]}"
        changes.append(sentence)
        easier = before is not None and (
            after is None or (after > before if name in CEILINGS else after < before)
        )
        if easier:
            eased.append(sentence)
    return changes, eased
