"""The table of bodies: full names for printed ones, and where to look when a document names none."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import CorpusError
from ingest.schema import DocumentMeta

TABLE = "bodies.toml"

#: What a place or level puts before a name, and what the kind of body puts behind it.
_PLACE = re.compile(
    r"^(?:中共)?(?:[\u4e00-\u9fff]{2,3}(?:省|市))?(?:[\u4e00-\u9fff]{1,3}(?:区|县|市))?(?=[\u4e00-\u9fff]{2})"
)
_LEVEL = re.compile(r"^(?:区委|县委|市委|省委|区|县|市|省)(?=[\u4e00-\u9fff]{2})")
_KIND = re.compile(r"(?:委员会|管理局|(?:职能|行政|主管)?部门|局|委|部|办|办公室|厅|系统)$")
#: Levels above a district; a district's table says nothing about them.
_HIGHER = re.compile("^(?:市|省|国家|中央|全国|(?:教育|财政|科技)部(?!门))")

_SOURCES = {
    "涪": "涪陵公开资料",
    "市": "市级文件或报道",
    "他区": "重庆其他区县公开资料",
    "国": "国家文件",
    "未证实": "未证实",
}


class _Function(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    words: tuple[str, ...]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    place: str
    name: str
    key: str = ""
    short: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""
    note: str = ""


class _Task(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    place: str
    name: str
    words: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    strength: str = ""
    source: tuple[str, ...] = ()


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    function: tuple[_Function, ...] = ()
    body: tuple[_Body, ...] = ()
    task: tuple[_Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A body that may own a task (推定): never what a document says.

    :ivar word: the word of the item that made the task known; empty where none did and the suggestion is the
        place's general one.
    :ivar ground: what it rests on and how strong that is, in a sentence for the user.
    """

    body: str
    short: str
    task: str
    word: str
    ground: str


class BodyTable:
    """Names and aliases of bodies, as read from the corpus; an empty one knows none."""

    def __init__(self, table: _Table | None = None) -> None:
        self._table = table or _Table()
        #: Names the content of the table.
        self.digest = hashlib.sha256(self._table.model_dump_json().encode()).hexdigest()[:16]
        self._keys = {word: function.key for function in self._table.function for word in function.words}

    def key(self, name: str) -> str:
        """What a body is about (教育, 卫生健康 …) whatever it is called, or its name when that is unknown.

        >>> health = _Function(key="卫生健康", words=("卫生", "卫健", "卫生健康"))
        >>> table = BodyTable(_Table(function=(health,)))
        >>> [table.key(name) for name in ("区卫生健康委", "卫健部门", "卫生", "长江师范学院")]
        ['卫生健康', '卫生健康', '卫生健康', '长江师范学院']
        """
        name = re.sub(r"（[^（）]*）$", "", name.strip())
        for body in self._table.body:
            if name in (body.name, body.short, *body.aliases):
                return body.key or body.name
        for stem in _stems(name):
            if stem in self._keys:
                return self._keys[stem]
        return name

    def same(self, one: str, other: str) -> bool:
        """Whether two names mean the same body: equal, or departments for the same matters and level."""
        higher_one, higher_other = bool(_HIGHER.match(one)), bool(_HIGHER.match(other))
        return one == other or (self.key(one) == self.key(other) and higher_one == higher_other)

    def resolve(self, name: str, meta: DocumentMeta) -> str:
        """The full name of a body that a document names, or the printed name where the table has none."""
        if _HIGHER.match(name):
            return name
        key = self.key(name)
        for body in self._bodies(meta):
            if name in (body.name, body.short, *body.aliases) or (body.key and body.key == key):
                return body.name
        return name

    def short(self, name: str) -> str:
        """The short name of a body for display."""
        return next((body.short or body.name for body in self._table.body if body.name == name), name)

    def note(self, name: str) -> str:
        """Where a body's name is from and what is to be minded, in a sentence for the user; may be empty."""
        for body in self._table.body:
            if body.name == name:
                return f"名称依据：{_SOURCES.get(body.source, body.source)}。{body.note}"
        return ""

    def names(self) -> tuple[str, ...]:
        """Every name and alias in the table, for tokenizers and for reading questions."""
        names = [name for body in self._table.body for name in (body.name, body.short, *body.aliases) if name]
        return tuple(dict.fromkeys(names))

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The names and aliases of each body."""
        return tuple(
            tuple(name for name in (body.name, body.short, *body.aliases) if name)
            for body in self._table.body
        )

    def suggest(self, text: str, meta: DocumentMeta) -> Iterator[Suggestion]:
        """Bodies that may own what an item is about, by the words in it; each body once."""
        tasks = [task for task in self._table.task if self._applies(task.place, meta)]
        matched = [(task, word) for task in tasks if (word := next((w for w in task.words if w in text), ""))]
        if not matched:
            matched = [(task, "") for task in tasks if not task.words]
        bodies = {body.key: body for body in self._bodies(meta) if body.key}
        seen: set[str] = set()
        for task, word in matched:
            for order, keys in (("建议先看", task.first), ("再看", task.then)):
                for key in keys:
                    body = bodies.get(key)
                    if body is None or body.name in seen:
                        continue
                    seen.add(body.name)
                    ground = _ground(task, order, body)
                    yield Suggestion(body.name, body.short or body.name, task.name, word, ground)

    def _bodies(self, meta: DocumentMeta) -> tuple[_Body, ...]:
        return tuple(body for body in self._table.body if self._applies(body.place, meta))

    @staticmethod
    def _applies(place: str, meta: DocumentMeta) -> bool:
        return meta.level == "district" and place in f"{meta.issuer}{meta.title}"


def _ground(task: _Task, order: str, body: _Body) -> str:
    sources = "、".join(_SOURCES.get(source, source) for source in task.source)
    sources = f"来自{sources}" if sources else "没有读到直接来源"
    name = "，部门名称未证实" if body.source == "未证实" else ""
    ground = f"按任务类别（{task.name}）推断，依据强弱：{task.strength}，{sources}{name}"
    return f"推定（{order}）：{ground}；文件没有写明，需核对。"


def _stems(name: str) -> Iterator[str]:
    """A printed name with less and less around what it is about: 县教育体育局, 教育体育局, 教育体育."""
    starts = {name, _PLACE.sub("", name), _LEVEL.sub("", name), _LEVEL.sub("", _PLACE.sub("", name))}
    for start in sorted(starts, key=len, reverse=True):
        yield start
        stem = start
        while (shorter := _KIND.sub("", stem)) != stem and len(shorter) >= 2:
            stem = shorter
            yield stem


def read_bodies(corpus_dir: Path) -> BodyTable:
    """The table of bodies of a corpus; an empty one where the corpus has none.

    :raises CorpusError: when the file is there but not a valid table.
    """
    path = corpus_dir / TABLE
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return BodyTable(_Table.model_validate(raw))
    except FileNotFoundError:
        return BodyTable()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"部门表 {path} 不是有效的 UTF-8 TOML：{error}。请改正后重试。") from error
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"])
        raise CorpusError(f"部门表 {path} 的 {where} 有误：{problem['msg']}。请改正后重试。") from error
