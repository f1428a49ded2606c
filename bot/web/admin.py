"""``/admin``: documents put in, replaced, withdrawn and taken back by the administrator; works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from bot.web.contract import AskService
from bot.web.gate import require_admin
from bot.web.jobs import Jobs
from bot.web.templating import render
from bot.web.upload import read_form
from ingest.add import completed_entry, obtain
from ingest.errors import CorpusError, IngestError
from ingest.pipeline import Progress
from ingest.schema import DocumentMeta
from ingest.settings import IngestSettings
from ingest.staging import Staged, discard, stage, staged_document, staged_documents
from ingest.versions import Version, history, publish, take_back, withdraw

#: Largest document that is taken, in bytes; a plan of a hundred pages as a web page is under one megabyte.
DOCUMENT_LIMIT = 8 * 1024 * 1024
_FIELDS = (
    "doc_id",
    "title",
    "short_title",
    "level",
    "issuer",
    "form",
    "document_number",
    "issued",
    "published",
)
#: Longest value of a field, in characters.
_LONGEST = 300
ACTIONS = {"add": "新增", "replace": "替换", "withdraw": "撤下", "restore": "恢复"}


def admin_routes(
    service: AskService, settings: IngestSettings, *, follow: Callable[[], None] = lambda: None
) -> APIRouter:
    """The pages of the administrator, all of them behind their password.

    :param settings: which corpus is administered, and where its index is.
    :param follow: makes the running service answer from the index as it is now.
    """
    router = APIRouter(
        prefix="/admin",
        include_in_schema=False,
        default_response_class=HTMLResponse,
        dependencies=[Depends(require_admin)],
    )
    jobs = Jobs()

    def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(render(template, **values), status_code=status)

    def desk(problem: str = "", given: Mapping[str, str] | None = None, *, status: int = 200) -> HTMLResponse:
        return page(
            "admin.html",
            status=status,
            documents=[tree.meta for tree in service.trees.values()],
            clauses={tree.doc_id: sum(1 for _ in tree.walk()) for tree in service.trees.values()},
            waiting=staged_documents(settings),
            jobs=jobs.open(),
            problem=problem,
            given={**dict.fromkeys((*_FIELDS, "address"), ""), **(given or {})},
            limit=DOCUMENT_LIMIT // 1024 // 1024,
        )

    def started(title: str, work: Callable[[Progress], tuple[str, str]]) -> RedirectResponse:
        job = jobs.start(title, work)
        return RedirectResponse(f"/admin/jobs/{job.job_id}", status_code=303)

    @router.get("")
    def overview() -> HTMLResponse:
        return desk()

    @router.post("/stage")
    async def put_in(request: Request) -> Response:
        try:
            sent = await read_form(request, limit=DOCUMENT_LIMIT)
        except MultiPartException:
            return desk("没有收到表格，请重新填写。", status=400)
        if sent is None:
            return desk(f"文件超过了{DOCUMENT_LIMIT // 1024 // 1024} MB，没有收。", status=413)
        return await run_in_threadpool(receive, sent)

    def receive(sent: FormData) -> Response:
        given = {name: str(sent.get(name) or "").strip()[:_LONGEST] for name in (*_FIELDS, "address")}
        known = service.trees.get(given["doc_id"])
        meta = known.meta if known else None
        file, address = sent.get("file"), given["address"]
        fields = {name: given[name] for name in _FIELDS}
        if isinstance(file, UploadFile) and file.filename:
            try:
                staged = _stage(settings, file.file.read(), file.filename, fields, meta)
            except IngestError as error:
                return desk(str(error), given, status=400)
            return RedirectResponse(f"/admin/staged/{staged.staged_id}", status_code=303)
        if not address.startswith(("http://", "https://")):
            return desk("请选择一个文件，或填写 http、https 开头的地址。", given, status=400)

        def fetch(progress: Progress) -> tuple[str, str]:
            progress("下载", 0, 1)
            data, suffix = obtain(address)
            staged = stage(settings, data, suffix, completed_entry(meta, fields, source=address))
            return "已经取回，请查看后决定是否发布。", f"/admin/staged/{staged.staged_id}"

        return started(f"取回 {address}", fetch)

    @router.get("/staged/{staged_id}")
    def look(staged_id: str) -> HTMLResponse:
        staged = staged_document(settings, staged_id)
        if staged is None:
            return desk("这份待发布的文件不在了，可能已经发布或放弃。", status=404)
        return page("admin_staged.html", staged=staged, **_comparison(service, staged))

    @router.post("/staged/{staged_id}/publish")
    def make_public(staged_id: str) -> Response:
        staged = staged_document(settings, staged_id)
        if staged is None:
            return desk("这份待发布的文件不在了，可能已经发布或放弃。", status=404)

        def work(progress: Progress) -> tuple[str, str]:
            publish(settings, staged.data, staged.suffix, staged.fields, progress=progress)
            progress("换用新索引", 0, 1)
            follow()
            discard(settings, staged_id)
            return f"《{staged.tree.meta.title}》已经发布，提问已按新的文件回答。", "/admin"

        return started(f"发布《{staged.tree.meta.title}》", work)

    @router.post("/staged/{staged_id}/discard")
    def give_up(staged_id: str) -> RedirectResponse:
        discard(settings, staged_id)
        return RedirectResponse("/admin", status_code=303)

    @router.get("/documents/{doc_id}/withdraw")
    def ask_first(doc_id: str) -> HTMLResponse:
        tree = service.trees.get(doc_id)
        if tree is None:
            return desk(f"没有编号为“{doc_id}”的文件。", status=404)
        return page("admin_confirm.html", meta=tree.meta)

    @router.post("/documents/{doc_id}/withdraw")
    def take_out(doc_id: str) -> Response:
        tree = service.trees.get(doc_id)
        if tree is None:
            return desk(f"没有编号为“{doc_id}”的文件。", status=404)

        def work(progress: Progress) -> tuple[str, str]:
            withdraw(settings, doc_id, progress=progress)
            progress("换用新索引", 0, 1)
            follow()
            return f"《{tree.meta.title}》已经撤下；在“改动记录”里可以恢复。", "/admin"

        return started(f"撤下《{tree.meta.title}》", work)

    @router.get("/versions")
    def changes() -> HTMLResponse:
        return page("admin_versions.html", versions=history(settings.corpus_dir), actions=ACTIONS)

    @router.post("/versions/restore")
    def put_back(number: Annotated[int, Form(ge=1, le=1_000_000_000)]) -> Response:
        version = next((each for each in history(settings.corpus_dir) if each.number == number), None)
        if version is None:
            return desk(f"没有编号为 {number} 的改动。", status=404)
        return started(f"恢复《{version.title}》", _put_back(settings, version, follow))

    @router.get("/jobs/{job_id}")
    def job(job_id: str) -> HTMLResponse:
        found = jobs.find(job_id)
        if found is None:
            return desk("这项工作的记录不在了；下面是现在的情况。", status=404)
        return page("admin_job.html", job=found)

    return router


def _stage(
    settings: IngestSettings, data: bytes, name: str, fields: Mapping[str, str], known: DocumentMeta | None
) -> Staged:
    """Stage an uploaded file. Of its name only the ending counts, so that it leads nowhere."""
    suffix = Path(name).suffix.lower()
    if len(data) > DOCUMENT_LIMIT:
        raise CorpusError(f"文件超过了{DOCUMENT_LIMIT // 1024 // 1024} MB，没有收。")
    source = name.replace("\\", "/").rsplit("/", 1)[-1][:_LONGEST]
    entry = completed_entry(known, fields, source=source)
    return stage(settings, data, ".html" if suffix == ".htm" else suffix, entry)


def _put_back(
    settings: IngestSettings, version: Version, follow: Callable[[], None]
) -> Callable[[Progress], tuple[str, str]]:
    def work(progress: Progress) -> tuple[str, str]:
        take_back(settings, version.number, progress=progress)
        progress("换用新索引", 0, 1)
        follow()
        return f"《{version.title}》已经恢复到第{version.number}次改动之前。", "/admin/versions"

    return work


def _comparison(service: AskService, staged: Staged) -> dict[str, Any]:
    """What publishing would change: the document in its place, clause ids that go and that come."""
    tree = service.trees.get(staged.tree.doc_id)
    new = {clause.clause_id for clause in staged.tree.walk()}
    old = {clause.clause_id for clause in tree.walk()} if tree else set()
    order = [clause.clause_id for clause in tree.walk()] if tree else []
    return {
        "replaced": tree.meta if tree else None,
        "gone": [clause_id for clause_id in order if clause_id not in new],
        "come": len(new - old),
        "kept": len(new & old),
        "rows": [
            (clause, len(staged.tree.path(clause.clause_id)) - 1, staged.tree.own_text(clause).strip())
            for clause in staged.tree.walk()
        ],
        "address": f"/doc/{quote(staged.tree.doc_id)}",
    }
