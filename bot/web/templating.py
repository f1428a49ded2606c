"""Jinja2 with escaping always on; every page and fragment is made here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import official
from bot.web import links
from bot.web.access import visitor

HERE = Path(__file__).resolve().parent
STATIC_DIR = HERE / "static"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        # The templates are part of the program; looking for newer ones at each use would take as long as using them.
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        clause_address=links.clause_address,
        clause_page=links.clause_page,
        date_of=official.date_of,
        document_text=official.document_text,
        chinese_date=official.chinese_date,
        outline_entry=links.outline_entry,
        level_names=official.LEVEL_NAMES,
        form_names=official.FORM_NAMES,
        static_version=_static_version(),
        visitor=visitor.get,
    )
    return environment


def _static_version() -> str:
    """Changes when a style or script does, so that browsers may keep them for long."""
    newest = max(path.stat().st_mtime_ns for path in STATIC_DIR.iterdir())
    return format(newest, "x")


def render(template: str, **values: Any) -> str:
    """A page or fragment; values are escaped unless they are already ``Markup``."""
    return _environment().get_template(template).render(**values)
