"""Adding documents, from a file and from a real HTTP server, and what goes wrong on the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from docx import Document

from ingest.clean import clean
from ingest.parse import parse
from ingest.schema import DocumentMeta, RawDocument

ROOT = Path(__file__).parents[2]
PAGE = """<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body>
<nav><a href="/">首页</a></nav><h1>某某区教育提升方案</h1>
<p>一、总体要求</p><p>到2027年，建成示范校10&#25152;&nbsp;以上。</p>
<table><tr><th>任务</th><th>牵头</th></tr><tr><td>招生</td><td>区教委</td></tr></table>
<script>alert("一、不是条款")</script><p>二、工作保障</p><p>加强<b>督导</b>。</p>
<footer>版权所有</footer></body></html>"""


def run(corpus: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=ROOT,
        env={**os.environ, "CORPUS_DIR": str(corpus), "INDEX_DIR": str(corpus.parent / "index")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return tmp_path / "corpus"


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/plan"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.encode() if found else b"gone")

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    thread.join()


def test_a_page_becomes_clauses_and_leads_back_to_its_bytes() -> None:
    meta = DocumentMeta("demo", "某某区教育提升方案", "district", "某某区", "original", "demo.html", "0" * 64)
    tree = parse(clean(RawDocument(meta, PAGE.encode(), "text/html")))
    assert [clause.clause_id for clause in tree.walk()] == [
        "0", "0.p1", "1", "1.p1", "1.t1", "1.t1.r1", "2", "2.p1",
    ]  # fmt: skip
    text = tree.doc.text
    assert "到2027年，建成示范校10所 以上。" in text and "督导" in text
    assert "alert" not in text and "首页" not in text and "版权所有" not in text
    start = text.index("加强督导")
    a, b = tree.doc.offsets.to_source(start, start + 4)
    assert tree.doc.source[a:b] == "加强<b>督导"


def test_a_document_from_an_address_is_added_and_can_be_shown(corpus: Path, server: str) -> None:
    result = run(
        corpus, "add", f"{server}/plan", "--doc-id", "demo-2027", "--title", "某某区教育提升方案",
        "--level", "district", "--issuer", "某某区人民政府",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "已加入《某某区教育提升方案》" in result.stdout
    rows = json.loads(run(corpus, "show", "demo-2027", "1", "--json").stdout)
    assert any("建成示范校10所" in row["text"] for row in rows)


def test_the_official_text_takes_the_place_of_a_digest(corpus: Path, tmp_path: Path) -> None:
    text = "教育强国建设规划纲要\n一、总体要求\n全面建成教育强国。\n"
    (tmp_path / "official.txt").write_text(text, encoding="utf-8")
    result = run(corpus, "add", str(tmp_path / "official.txt"), "--doc-id", "national-outline-2024-2035")
    assert result.returncode == 0, result.stderr
    manifest = (corpus / "manifest.toml").read_text(encoding="utf-8")
    assert manifest.count('doc_id = "national-outline-2024-2035"') == 1
    rows = json.loads(run(corpus, "show", "national-outline-2024-2035", "1", "--json").stdout)
    assert rows[1]["text"] == "全面建成教育强国。\n"
    assert (corpus / "national-outline-2024-2035.md").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{server}/gone", "--doc-id", "demo"], "答复 404"),
        (["http://127.0.0.1:9/x", "--doc-id", "demo"], "连不上"),
        (["{folder}/none.txt", "--doc-id", "demo"], "读不到"),
        (["{folder}/empty.txt", "--doc-id", "demo"], "是空的"),
        (["{folder}/slides.pptx", "--doc-id", "demo"], "读不了"),
        (["{folder}/fine.txt", "--doc-id", "Not Valid", "--title", "甲", "--level", "other", "--issuer", "乙"], "doc_id"),
        (["{folder}/fine.txt", "--doc-id", "demo", "--title", "甲", "--level", "village", "--issuer", "乙"], "level"),
        (["{folder}/junk.txt", "--doc-id", "demo", "--title", "甲", "--level", "other", "--issuer", "乙"], "UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_said_and_leaves_the_corpus_as_it_was(
    corpus: Path, tmp_path: Path, server: str, arguments: list[str], message: str
) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "fine.txt").write_text("一、甲\n", encoding="utf-8")
    (tmp_path / "slides.pptx").write_bytes(b"PK")
    (tmp_path / "junk.txt").write_bytes(b"\xff\xff\xff\x81")
    before = (corpus / "manifest.toml").read_bytes()
    result = run(corpus, "add", *(each.format(server=server, folder=tmp_path) for each in arguments))
    assert result.returncode == 1
    assert message in result.stderr and "Traceback" not in result.stderr
    assert (corpus / "manifest.toml").read_bytes() == before


def test_a_word_file_is_added_from_the_command_line_and_the_index_built_from_it(
    corpus: Path, tmp_path: Path
) -> None:
    document = Document()
    for line in ("某某区教育提升方案", "一、总体要求", "到2027年，建成示范校10所以上。"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "plan.docx"))
    result = run(
        corpus, "add", str(tmp_path / "plan.docx"), "--doc-id", "demo-2027", "--title", "某某区教育提升方案",
        "--level", "district", "--issuer", "某某区人民政府",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    rows = json.loads(run(corpus, "show", "demo-2027", "1", "--json").stdout)
    assert any("建成示范校10所" in row["text"] for row in rows)


def test_fetch_goes_to_the_official_address(corpus: Path, server: str) -> None:
    manifest = corpus / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    import re

    addresses = re.findall(r'official_url = "([^"]+)"', text)
    manifest.write_text(text.replace(addresses[0], f"{server}/plan"), encoding="utf-8")
    result = run(corpus, "fetch", "chongqing-plan-2024-2035")
    assert result.returncode == 0, result.stderr
    assert 'form = "original"' in manifest.read_text(encoding="utf-8").split("chongqing-plan-2024-2035", 1)[1]
    assert run(corpus, "fetch", "fuling-2025-6").returncode == 1
