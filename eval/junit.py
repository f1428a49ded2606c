"""The score sheet as JUnit XML, which every CI server can show: a suite a kind, a case a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from eval.schema import KIND_NAMES
from eval.stage import STAGE_NAMES

#: Characters that XML 1.0 cannot hold, such as the control characters of a hostile question.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(sheet: Mapping[str, Any]) -> str:
    """A question that is not fully right is a failure; one that got no answer is an error.

    Times are left out, so that the same sheet gives the same text.
    """
    suites: dict[str, list[Mapping[str, Any]]] = {}
    for row in sheet["details"]:
        suites.setdefault(row["kind"], []).append(row)
    root = ElementTree.Element("testsuites", name=_clean(sheet["name"]), tests=str(len(sheet["details"])))
    root.set("failures", str(sum(_failed(row) for row in sheet["details"])))
    root.set("errors", str(sum(_errored(row) for row in sheet["details"])))
    for kind, rows in suites.items():
        suite = ElementTree.SubElement(
            root, "testsuite", name=KIND_NAMES.get(kind, kind), tests=str(len(rows))
        )
        suite.set("failures", str(sum(_failed(row) for row in rows)))
        suite.set("errors", str(sum(_errored(row) for row in rows)))
        for row in rows:
            name = f"{row['id']} {' → '.join(row['turns'])}"
            case = ElementTree.SubElement(suite, "testcase", classname=f"eval.{kind}", name=_clean(name))
            if row["stage"]:
                tag = "error" if _errored(row) else "failure"
                fault = ElementTree.SubElement(case, tag, type=row["stage"])
                fault.set("message", _clean(f"{STAGE_NAMES[row['stage']]}：{'；'.join(row['faults'])}"))
                fault.text = _clean(_body(row))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _errored(row: Mapping[str, Any]) -> bool:
    return bool(row["stage"]) and row["status"] == "error"


def _failed(row: Mapping[str, Any]) -> bool:
    return bool(row["stage"]) and row["status"] != "error"


def _body(row: Mapping[str, Any]) -> str:
    gold = "、".join(item["clause"] for item in row["gold"]) or "（应拒答）"
    cited = "、".join(item["clause"] for item in row["citations"]) or "（无）"
    return f"应引：{gold}\n实引：{cited}\n实答：{row['answer']}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
