"""Who gets in: passwords, users, tokens, the administrator, and what pages of other sites may send."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.__main__ import app as command
from bot.web.access import Access, AccessSettings, Identity
from bot.web.app import create_app
from bot.web.attempts import Attempts
from bot.web.credentials import CredentialFile, hash_password, hash_token, password_matches
from bot.web.gate import require_admin
from bot.web.guard import Names
from bot.web.login_page import local_path
from bot.web.sessions import COOKIE, Sessions

SHARED, ADMIN, TOKEN = "mirror lake 7", "only for documents", "zc_a-token-of-the-tests"
PAGE = {"accept": "text/html,application/xhtml+xml"}
SAME = {"sec-fetch-site": "same-origin"}


def settings(**values: Any) -> AccessSettings:
    return AccessSettings.model_construct(**{"session_secret": SecretStr("s"), **values})


@pytest.fixture(scope="module")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("access") / "users.txt"
    CredentialFile(path, "scrypt").put("张三", hash_password("zhang san's own"))
    return path


@pytest.fixture(scope="module")
def closed_app(shared_service, users_file: Path) -> FastAPI:
    access = Access(
        settings(
            access_password=SecretStr(SHARED),
            access_users=users_file,
            access_tokens=hash_token(TOKEN),
            admin_password=SecretStr(ADMIN),
        )
    )
    return create_app(shared_service, examples=[], access=access)


@pytest.fixture
def client(closed_app: FastAPI) -> TestClient:
    return TestClient(closed_app, raise_server_exceptions=False, follow_redirects=False)


def sign_in(client: TestClient, **form: str) -> Any:
    return client.post("/login", data=form, headers=SAME)


def paths_of(app: Any, prefix: str = "") -> Iterator[str]:
    """Every path that an application, its routers and the applications mounted in it have."""
    for route in app.routes:
        router = getattr(route, "original_router", None)
        path = prefix + getattr(route, "path", "")
        below = router or getattr(route, "app", None)
        if hasattr(below, "routes") and (router or not hasattr(route, "methods")):
            yield from paths_of(
                below,
                prefix + getattr(getattr(route, "include_context", None), "prefix", "") if router else path,
            )
        else:
            yield path


def test_every_route_but_the_few_of_the_login_is_closed_gradios_own_too(
    client: TestClient, closed_app: FastAPI
) -> None:
    paths = set(paths_of(closed_app))
    assert "/gradio_api/queue/join" in paths and "/api/ask" in paths and "/doc/{doc_id}" in paths
    opened = set()
    for path in sorted(paths):
        address = re.sub(r"\{[^}]*\}", "x", path) or "/"
        for method in ("GET", "POST", "HEAD", "PUT", "DELETE"):
            reply = client.request(method, address)
            if reply.status_code != 401:
                opened.add(path)
    assert opened == {"/login", "/logout", "/healthz", "/readyz"}


def test_a_page_leads_to_the_login_and_a_program_is_told_about_tokens(client: TestClient) -> None:
    page = client.get("/doc/shili-2026-1?q=晨读", headers=PAGE)
    assert page.status_code == 303
    assert page.headers["location"].startswith("/login?next=/doc/shili-2026-1%3Fq")
    admin = client.get("/admin/versions", headers={"accept": "text/html"}, follow_redirects=False)
    assert admin.headers["location"] == "/login?as=admin&next=/admin/versions"
    body = client.post("/api/ask", json={"question": "晨读多久？"})
    assert (body.status_code, body.json()["error"]) == (401, "not_signed_in")
    assert body.headers["www-authenticate"] == "Bearer"
    assert "token add" in body.json()["remedy"]


def test_the_login_page_needs_no_script_and_nothing_that_is_closed(client: TestClient) -> None:
    page = client.get("/login", headers=PAGE)
    assert page.status_code == 200 and "<script" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    needed = re.findall(r'<link[^>]* href="([^"]+)"', page.text)
    assert len(needed) == 3
    assert all(client.get(address).status_code == 200 for address in needed)


@pytest.mark.parametrize("form", [{"password": SHARED}, {"name": "张三", "password": "zhang san's own"}])
def test_after_the_login_the_page_that_was_asked_for_opens(client: TestClient, form: dict[str, str]) -> None:
    reply = sign_in(client, **form, next="/doc/shili-2026-1?q=晨读")
    assert (reply.status_code, reply.headers["location"][:18]) == (303, "/doc/shili-2026-1?")
    cookie = reply.headers["set-cookie"].lower()
    assert (
        "httponly" in cookie and "samesite=lax" in cookie and "max-age=" in cookie and "secure" not in cookie
    )
    assert client.get("/", headers=PAGE).status_code == 200
    assert client.get("/config").status_code == 200
    assert client.post("/logout", headers=SAME).headers["location"] == "/login"
    assert client.get("/config").status_code == 401


def test_whoever_is_signed_in_finds_the_way_out_on_every_page(
    client: TestClient, shared_app: FastAPI
) -> None:
    sign_in(client, name="张三", password="zhang san's own")
    assert 'title="张三，退出登录"' in client.get("/doc", headers=PAGE).text
    assert 'href=\\"/login\\"' in client.get("/config").text
    way_out = client.get("/login", headers=PAGE).text
    assert "“张三”" in way_out and 'action="/logout"' in way_out
    open_to_all = TestClient(shared_app)
    assert "/login" not in open_to_all.get("/doc", headers=PAGE).text + open_to_all.get("/config").text


@pytest.mark.parametrize(
    "form",
    [
        {"password": "wrong"},
        {"name": "张三", "password": SHARED},
        {"name": "李四", "password": SHARED},
        {"password": ADMIN},
        {"role": "admin", "password": SHARED},
        {},
    ],
)
def test_a_wrong_password_opens_nothing(client: TestClient, form: dict[str, str]) -> None:
    reply = sign_in(client, **form)
    assert reply.status_code == 401 and "不对" in reply.text and "set-cookie" not in reply.headers


def test_behind_https_the_cookie_is_for_https_only(closed_app: FastAPI) -> None:
    client = TestClient(closed_app, base_url="https://policy.example", follow_redirects=False)
    assert "secure" in sign_in(client, password=SHARED).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "change", [lambda c: c[:-2] + "xx", lambda c: "x" + c, lambda c: c.partition(".")[0]]
)
def test_a_forged_session_opens_nothing(client: TestClient, change: Callable[[str], str]) -> None:
    cookie = sign_in(client, password=SHARED).cookies[COOKIE]
    client.cookies.clear()
    reply = client.get("/config", headers={"cookie": f"{COOKIE}={change(cookie)}"})
    assert reply.status_code == 401


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(b"k" * 32, hours=1)
    cookie = sessions.sign("张三", "user", "f")
    assert sessions.read(cookie) is not None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert sessions.read(cookie) is None


def test_a_session_ends_with_its_password_or_its_user(tmp_path: Path) -> None:
    file = CredentialFile(tmp_path / "users", "scrypt")
    file.put("张三", hash_password("first password"))
    access = Access(settings(access_users=tmp_path / "users"))
    cookie = access.open_session(Identity("张三", "user", "session"))
    assert access.from_session(cookie) is not None
    file.put("张三", hash_password("second password"))
    assert access.from_session(cookie) is None
    again = access.open_session(Identity("张三", "user", "session"))
    assert access.from_session(again) is not None
    file.remove("张三")
    assert access.from_session(again) is None


def test_a_token_opens_the_interfaces_and_no_page(client: TestClient) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert client.post("/api/ask", json={"question": "晨读多久？"}, headers=headers).status_code == 200
    assert client.get("/config", headers=headers).status_code == 401
    assert client.get("/doc", headers={**headers, **PAGE}).status_code == 303
    assert client.get("/api/documents", headers={"authorization": "Bearer zc_wrong"}).status_code == 401


def test_guessing_is_slowed_down_for_the_name_and_a_right_password_counts_again_after_the_wait() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(5):
        assert attempts.wait("a", "张三") == 0
        attempts.failed("a", "张三")
    assert attempts.wait("a", "张三") == 10
    assert attempts.wait("a", "李四") == 0 and attempts.wait("b", "张三") == 0
    now[0] = 10.0
    assert attempts.wait("a", "张三") == 0
    attempts.failed("a", "张三")
    assert attempts.wait("a", "张三") == 20
    attempts.succeeded("a", "张三")
    assert attempts.wait("a", "张三") == 0


def test_an_address_that_tries_many_names_is_slowed_down_too() -> None:
    attempts = Attempts(lambda: 0.0)
    for number in range(30):
        attempts.failed("a", f"name {number}")
    assert attempts.wait("a", "another") == 10


def test_the_login_page_says_how_long_to_wait(shared_service) -> None:
    app = create_app(shared_service, examples=[], access=Access(settings(admin_password=SecretStr(ADMIN))))
    client = TestClient(app)
    for _ in range(5):
        assert sign_in(client, role="admin", password="wrong").status_code == 401
    reply = sign_in(client, role="admin", password=ADMIN)
    assert reply.status_code == 429 and "请等10秒" in reply.text
    assert 0 < int(reply.headers["retry-after"]) <= 10


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/doc?q=a b", "/doc?q=a b"),
        ("", "/"),
        ("doc", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/login?next=/", "/"),
    ],
)
def test_the_login_leads_to_pages_of_this_site_only(asked: str, given: str) -> None:
    assert local_path(asked) == given


# --- the administrator ---------------------------------------------------------------------------


def with_admin_route(service: Any, access: Access) -> TestClient:
    app = create_app(service, examples=[], access=access)

    @app.get("/manage")
    def manage(admin: Annotated[Identity, Depends(require_admin)]) -> str:
        return admin.name

    @app.get("/api/manage/x", dependencies=[Depends(require_admin)])
    def program() -> str:
        return "done"

    # In front of the chat, which takes every address.
    app.router.routes[:0] = [app.router.routes.pop(), app.router.routes.pop()]
    return TestClient(app, follow_redirects=False)


def test_administration_is_off_without_its_password_and_says_how_to_switch_it_on(shared_service) -> None:
    client = with_admin_route(shared_service, Access())
    page = client.get("/manage", headers=PAGE)
    assert page.status_code == 404 and "ADMIN_PASSWORD" in page.text and "<h1>" in page.text
    assert client.get("/api/manage/x").json()["error"] == "not_found"
    assert "ADMIN_PASSWORD" in client.get("/login?as=admin").text


def test_only_the_administrator_administers(shared_service) -> None:
    access = Access(settings(access_password=SecretStr(SHARED), admin_password=SecretStr(ADMIN)))
    client = with_admin_route(shared_service, access)
    sign_in(client, password=SHARED)
    asked = client.get("/manage?x=1", headers=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?as=admin&next=/manage%3Fx%3D1")
    assert client.get("/api/manage/x").json()["error"] == "not_admin"
    assert "管理员口令" in client.get(asked.headers["location"]).text
    back = sign_in(client, role="admin", password=ADMIN, next="/manage")
    assert back.headers["location"] == "/manage"
    assert client.get("/manage").json() == "管理员"
    assert client.get("/api/manage/x").json() == "done"


def test_only_the_administrator_takes_the_judgements_along(shared_service, tmp_path) -> None:
    access = Access(settings(access_password=SecretStr(SHARED), admin_password=SecretStr(ADMIN)))
    app = create_app(shared_service, examples=[], access=access, feedback_file=tmp_path / "feedback.jsonl")
    client = TestClient(app, follow_redirects=False)
    sign_in(client, password=SHARED)
    judged = {"verdict": "wrong", "question": "问", "answer": "答", "note": "少了一项"}
    own_page = {"sec-fetch-site": "same-origin"}
    assert client.post("/api/feedback", json=judged, headers=own_page).status_code == 200
    assert client.get("/api/feedback").json()["error"] == "not_admin"
    sign_in(client, role="admin", password=ADMIN)
    reply = client.get("/api/feedback?format=csv")
    assert "attachment" in reply.headers["content-disposition"]
    assert reply.text.splitlines()[1].endswith("答错了,问,答,,少了一项")
    assert client.get("/api/feedback?format=xlsx").content[:2] == b"PK"
    assert client.get("/api/feedback?format=json").json()[0]["note"] == "少了一项"


# --- other sites ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"referer": "http://evil.example/page"}, 403),
    ],
)
def test_a_change_sent_by_another_sites_page_is_refused(
    shared_app: FastAPI, headers: dict[str, str], status: int
) -> None:
    reply = TestClient(shared_app).post("/api/ask", json={"question": "晨读多久？"}, headers=headers)
    assert reply.status_code == status
    if status == 403:
        assert reply.json()["error"] == "other_site"


def test_a_session_alone_does_not_change_anything(client: TestClient) -> None:
    sign_in(client, password=SHARED)
    body = {"question": "晨读多久？"}
    assert client.post("/api/ask", json=body).status_code == 403
    assert client.post("/api/ask", json=body, headers=SAME).status_code == 200


@pytest.mark.parametrize("path", ["/api/ask", "/config", "/gradio_api/queue/join"])
def test_no_other_site_may_read(shared_app: FastAPI, path: str) -> None:
    client = TestClient(shared_app)
    asking = {"origin": "http://localhost:9999", "access-control-request-method": "POST"}
    assert client.options(path, headers=asking).status_code == 403
    for reply in (client.get(path, headers=asking), client.get(path, headers={"origin": "http://localhost"})):
        assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("host", "local", "further", "allowed"),
    [
        ("127.0.0.1:7860", True, "", True),
        ("localhost:7860", True, "", True),
        ("[::1]:7860", True, "", True),
        ("evil.example:7860", True, "", False),
        ("", True, "", False),
        ("policy.example", True, "policy.example, other.example", True),
        ("any.example", False, "", True),
        ("any.example", False, "policy.example", False),
    ],
)
def test_on_loopback_only_its_own_names_are_answered(
    host: str, local: bool, further: str, allowed: bool
) -> None:
    assert Names.of(further, local=local).allow(host) is allowed


def test_a_name_that_is_not_its_own_is_refused_before_anything_else(shared_service) -> None:
    app = create_app(shared_service, examples=[], names=Names.of("", local=True))
    client = TestClient(app, base_url="http://evil.example")
    assert client.get("/api/documents").json()["error"] == "wrong_host"
    assert client.get("/", headers=PAGE).status_code == 421


# --- the commands --------------------------------------------------------------------------------


def test_a_user_is_added_listed_and_removed_and_the_file_has_no_password(tmp_path: Path) -> None:
    run, path = CliRunner().invoke, tmp_path / "deeper" / "users.txt"
    env = {"ACCESS_USERS": str(path)}
    added = run(command, ["user", "add", "张三"], input="a good password\n", env=env)
    assert added.exit_code == 0 and "已添加用户 张三" in added.output
    assert "a good password" not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0
    first = CredentialFile(path, "scrypt").rows()["张三"]
    assert password_matches("a good password", first) and not password_matches("a bad password", first)
    assert "换了口令" in run(command, ["user", "add", "张三"], input="a good password\n", env=env).output
    assert CredentialFile(path, "scrypt").rows()["张三"] != first, "each hash has a salt of its own"
    assert run(command, ["user", "list"], env=env).output == "张三\n"
    assert run(command, ["user", "remove", "张三"], env=env).exit_code == 0
    assert run(command, ["user", "list"], env=env).output == ""


def test_a_token_is_shown_once_and_opens(tmp_path: Path) -> None:
    run, path = CliRunner().invoke, tmp_path / "tokens.txt"
    token = run(command, ["token", "add", "统计", "--file", str(path)]).stdout.strip()
    assert token and token not in path.read_text(encoding="utf-8")
    access = Access(settings(access_tokens=str(path)))
    assert access.from_token(token) == Identity("统计", "user", "token")
    again = run(command, ["token", "add", "统计", "--file", str(path)])
    assert again.exit_code == 1 and "已经有名为 统计 的令牌" in again.output
    run(command, ["token", "remove", "统计", "--file", str(path)])
    assert access.from_token(token) is None, "seen without a restart"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user", "add", "a:b"], "不能作为名字"),
        (["user", "add", "张三"], "口令太短"),
        (["user", "remove", "李四"], "没有名为 李四 的用户"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    said = CliRunner().invoke(command, [*arguments, "--file", str(tmp_path / "users")], input="short\n")
    assert said.exit_code == 1 and words in said.output


def test_a_command_without_a_file_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACCESS_USERS", raising=False)
    said = CliRunner().invoke(command, ["user", "list"])
    assert said.exit_code == 1 and "ACCESS_USERS=" in said.output
