"""``python -m ingest``: build the index, look at clause trees, and see what looks wrong in them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from tqdm import tqdm

from ingest.add import completed_entry, obtain
from ingest.corpus import read_manifest
from ingest.errors import IngestError
from ingest.lint import lint_tree
from ingest.pipeline import build, is_current, read_tree
from ingest.schema import Clause, ClauseTree
from ingest.settings import IngestSettings
from ingest.staging import read_document
from ingest.versions import publish

app = typer.Typer(add_completion=False, help="建立索引，查看条款结构。")


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="索引已是最新时什么也不做。")] = False,
) -> None:
    """不带子命令时，从语料文件夹建立或刷新索引。"""
    if context.invoked_subcommand is not None:
        return
    settings = IngestSettings()
    with _reported():
        if if_stale and is_current(settings):
            return
        with _Bars() as bars:
            trees = build(settings, progress=bars)
    clauses = sum(1 for tree in trees for _ in tree.walk())
    typer.echo(f"索引已建立：{len(trees)} 份文件，{clauses} 个条款，在 {settings.index_dir}")


@app.command()
def show(
    doc: Annotated[str, typer.Argument(help="文件编号，如 fuling-2025-6")],
    clause: Annotated[str | None, typer.Argument(help="条款编号，如 2.2.6；省略则列出全部")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """显示一份文件的条款树，或其中一条。"""
    with _reported():
        tree = _tree(doc)
        clauses = _subtree(tree, clause)
    if as_json:
        rows = [
            {
                "clause_id": each.clause_id,
                "label": each.label,
                "heading": each.heading,
                "text": tree.own_text(each),
                "start": each.start,
                "end": each.end,
            }
            for each in clauses
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in clauses:
        depth = len(tree.path(each.clause_id)) - 1
        own = tree.own_text(each).strip().replace("\n", " ")
        if clause is None and len(own) > 60:
            own = own[:60] + "…"
        typer.echo(f"{'  ' * depth}{each.clause_id}  [{each.label}]  {own}")


@app.command()
def lint(doc: Annotated[str | None, typer.Argument(help="文件编号；省略则检查全部")] = None) -> None:
    """列出文件结构中看起来不对的地方：跳号、重号、空条款、残留的网页文字。"""
    with _reported():
        settings = IngestSettings()
        names = [doc] if doc else [meta.doc_id for meta in read_manifest(settings.corpus_dir)]
        trees = [_tree(name) for name in names]
    found = 0
    for tree in trees:
        for finding in lint_tree(tree):
            found += 1
            typer.echo(f"{tree.doc_id}#{finding.clause_id}  {finding.message}")
    typer.echo(f"共 {found} 处。" if found else "没有发现问题。")


@app.command()
def add(
    source: Annotated[str, typer.Argument(help="文件或 http(s) 地址；能读 .txt、.md、.html、.docx")],
    doc_id: Annotated[str, typer.Option(help="编号，小写字母、数字、连字符；与已有的相同则替换它")],
    title: Annotated[str, typer.Option(help="文件全名")] = "",
    level: Annotated[str, typer.Option(help="national、municipal、district 或 other")] = "",
    issuer: Annotated[str, typer.Option(help="印发机关")] = "",
    form: Annotated[str, typer.Option(help="original 原件，digest 摘编")] = "original",
) -> None:
    """把一份文件加入语料并重建索引；编号与已有文件相同时替换它，条款编号不变。"""
    settings = IngestSettings()
    with _reported():
        known = {meta.doc_id: meta for meta in read_manifest(settings.corpus_dir)}.get(doc_id)
        data, suffix = obtain(source)
        given = {"doc_id": doc_id, "title": title, "level": level, "issuer": issuer, "form": form}
        staged = read_document(data, suffix, completed_entry(known, given, source=source))
        with _Bars() as bars:
            publish(settings, data, suffix, staged.fields, progress=bars)
    meta, tree, findings = staged.tree.meta, staged.tree, staged.findings
    typer.echo(f"已加入《{meta.title}》（{doc_id}）：{sum(1 for _ in tree.walk())} 个条款，索引已更新。")
    for finding in findings:
        typer.echo(f"  请核对 {finding.clause_id}：{finding.message}")


@app.command()
def fetch(
    doc: Annotated[str | None, typer.Argument(help="文件编号；省略则取全部知道官方地址的文件")] = None,
) -> None:
    """下载清单里写有官方地址的正式文本，替换摘编。"""
    settings = IngestSettings()
    with _reported():
        metas = [meta for meta in read_manifest(settings.corpus_dir) if meta.official_url]
        wanted = [meta for meta in metas if doc in (None, meta.doc_id)]
        if not wanted:
            names = "、".join(meta.doc_id for meta in metas) or "没有"
            raise IngestError(f"清单里没有“{doc}”的官方地址；有地址的是：{names}。")
    failed = 0
    for meta in wanted:
        try:
            add(meta.official_url or "", doc_id=meta.doc_id)
        except typer.Exit:
            failed += 1
    if failed:
        raise typer.Exit(1)


def _tree(doc_id: str) -> ClauseTree:
    settings = IngestSettings()
    metas = {meta.doc_id: meta for meta in read_manifest(settings.corpus_dir)}
    if doc_id not in metas:
        raise IngestError(f"语料里没有文件“{doc_id}”；有的是：{'、'.join(metas)}。")
    return read_tree(metas[doc_id], settings)


def _subtree(tree: ClauseTree, clause_id: str | None) -> list[Clause]:
    if clause_id is None:
        return list(tree.walk())
    clause = tree.find(clause_id)
    if clause is None:
        raise IngestError(
            f"{tree.doc_id} 里没有条款“{clause_id}”；用 python -m ingest show {tree.doc_id} 可以列出全部条款编号。"
        )
    return list(clause.walk())


@contextmanager
def _reported() -> Iterator[None]:
    """Turn an error of ours into its sentence and exit status 1."""
    try:
        yield
    except IngestError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error


class _Bars:
    """One progress bar a step, on standard error, and only in front of a person."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._step = ""

    def __enter__(self) -> _Bars:
        return self

    def __call__(self, step: str, done: int, total: int) -> None:
        if step != self._step or self._bar is None:
            self.close()
            self._step = step
            self._bar = tqdm(total=total, desc=step, file=sys.stderr, disable=not sys.stderr.isatty())
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __exit__(self, *_: object) -> None:
        self.close()


if __name__ == "__main__":
    app(prog_name="python -m ingest")
