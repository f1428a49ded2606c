"""Which bodies an answer names: departments, leading groups, levels of government.

The list is the evaluation's own and holds more bodies than the questions ask for, so that naming a wrong
one costs precision.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from eval.fold import fold

BODIES_PATH = Path(__file__).resolve().parent / "bodies.json"
#: 教育、公安、卫生等部门 names three departments (fold turns 、 into a comma).
_JOINED = re.compile(r"((?:[\u4e00-\u9fff]{2,4},)+[\u4e00-\u9fff]{2,4}?)等?(?:多个|\d个)?(?:有关|相关)?部门")


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, str], ...]:
    """(folded name, canonical name), longest first."""
    table: dict[str, list[str]] = json.loads(BODIES_PATH.read_text(encoding="utf-8"))
    pairs = [(fold(name), canonical) for canonical, names in table.items() for name in names]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def known_bodies() -> frozenset[str]:
    """The canonical names that gold may use."""
    return frozenset(canonical for _, canonical in _names())


def bodies_named(text: str) -> frozenset[str]:
    """Canonical names of the bodies that a text names; a longer name hides the shorter one inside it.

    >>> sorted(bodies_named("教育、公安、民政等部门建立共享机制，市委宣传部指导"))
    ['公安部门', '市委宣传部', '教育部门', '民政部门']
    """
    folded = _JOINED.sub(_spell_out, fold(text))
    found = set()
    for name, canonical in _names():
        if name in folded:
            found.add(canonical)
            folded = folded.replace(name, "\ue000" * len(name))
    return frozenset(found)


def _spell_out(match: re.Match[str]) -> str:
    # 妇联 is no department of the government and stands in such lists under its own name.
    return ",".join(name if name.endswith("联") else f"{name}部门" for name in match[1].split(","))
