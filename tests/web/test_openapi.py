"""The description of the interfaces is whole and true: models, examples, and every error that a route can give."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from bot.web.access import Access, AccessSettings
from bot.web.app import create_app
from bot.web.errors import FAILED
from bot.web.guard import BODY_LIMIT, Names
from bot.web.rate import Buckets

QUESTION = {"question": "晨读多久？"}
CHAT = {"messages": [{"role": "user", "content": "晨读多久？"}]}


@pytest.fixture(scope="module")
def schema(shared_app) -> dict[str, Any]:
    return TestClient(shared_app).get("/openapi.json").json()


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_routes_of_the_contract_are_there(schema: dict[str, Any]) -> None:
    named = {name for name, _ in operations(schema)}
    assert {
        "POST /api/ask", "GET /api/documents", "GET /api/documents/{doc_id}/clauses/{clause_id}",
        "GET /api/owners", "GET /api/targets", "GET /api/alignment", "GET /healthz", "GET /readyz",
        "GET /metrics", "POST /v1/chat/completions",
    } <= named  # fmt: skip


def test_every_route_says_what_it_is_and_what_it_gives(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        assert operation["summary"] and operation["description"] and operation["tags"], name
        content = operation["responses"]["200"]["content"]
        assert content, name
        for status, reply in operation["responses"].items():
            assert reply["description"], (name, status)
            assert "X-Request-ID" in reply["headers"], (name, status)


def referred(part: Any) -> set[str]:
    if isinstance(part, dict):
        here = {part["$ref"].rsplit("/", 1)[-1]} if isinstance(part.get("$ref"), str) else set()
        return here.union(*(referred(each) for each in part.values()))
    return set().union(*(referred(each) for each in part)) if isinstance(part, list) else set()


def test_every_model_that_is_named_exists_and_every_one_that_exists_is_named(schema: dict[str, Any]) -> None:
    assert referred(schema) == set(schema["components"]["schemas"])


def test_what_goes_in_and_out_has_examples_that_hold(schema: dict[str, Any]) -> None:
    models = schema["components"]["schemas"]
    outermost = {
        next(iter(referred(content["schema"])))
        for _, operation in operations(schema)
        for part in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in part.get("content", {}).values()
        if referred(content.get("schema", {}))
    }
    assert {"AskBody", "AnswerModel", "ChatBody", "ChatCompletion", "ErrorModel", "OpenAIError"} <= outermost
    for name in outermost:
        examples = models[name].get("examples")
        assert examples, f"{name} has no example"
        for example in examples:
            jsonschema.validate(example, {**models[name], "components": schema["components"]})


def ask(client: TestClient, path: str = "/api/ask", body: Any = QUESTION, **headers: str) -> Any:
    return client.post(path, json=body, headers=headers)


def closed(service: Any) -> TestClient:
    settings = AccessSettings.model_construct(
        access_password=SecretStr("a long password"), session_secret=SecretStr("s")
    )
    return TestClient(create_app(service, examples=[], access=Access(settings)))


def limited(service: Any) -> TestClient:
    client = TestClient(create_app(service, examples=[], buckets=Buckets(per_minute=1, burst=1)))
    ask(client)
    return client


def misnamed(service: Any) -> TestClient:
    return TestClient(
        create_app(service, examples=[], names=Names(local=True)), base_url="http://evil.example"
    )


#: What is done, the route it belongs to, and the status that comes back.
WRONG = {
    "no token": ("POST /api/ask", 401, lambda service, client: ask(closed(service))),
    "no token, openai": ("GET /v1/models", 401, lambda service, client: closed(service).get("/v1/models")),
    "another site": ("POST /api/ask", 403, lambda _, client: ask(client, origin="http://evil.example")),
    "no admin": ("GET /api/feedback", 404, lambda _, client: client.get("/api/feedback")),
    "no document": (
        "GET /api/documents/{doc_id}/clauses/{clause_id}", 404,
        lambda _, client: client.get("/api/documents/x/clauses/1"),
    ),
    "no table": ("GET /api/owners", 404, lambda _, client: client.get("/api/owners?doc_id=x")),
    "no model": ("GET /v1/models/{name}", 404, lambda _, client: client.get("/v1/models/x")),
    "too large": ("POST /api/ask", 413, lambda _, client: client.post("/api/ask", content=b"a" * (BODY_LIMIT + 1))),
    "another name": ("GET /api/documents", 421, lambda service, _: misnamed(service).get("/api/documents")),
    "no question": ("POST /api/ask", 422, lambda _, client: ask(client, body={})),
    "no year": ("GET /api/targets", 422, lambda _, client: client.get("/api/targets?year=x")),
    "no verdict": ("POST /api/feedback", 422, lambda _, client: ask(client, "/api/feedback", {})),
    "no message": (
        "POST /v1/chat/completions", 400, lambda _, client: ask(client, "/v1/chat/completions", {"messages": []}),
    ),
    "too often": ("POST /api/ask", 429, lambda service, _: ask(limited(service))),
    "too often, openai": (
        "POST /v1/chat/completions", 429, lambda service, _: ask(limited(service), "/v1/chat/completions", CHAT),
    ),
    "a failure": ("POST /api/ask", 500, lambda _, client: ask(client, body={"question": "请出错"})),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_an_error_comes_as_it_is_described(case: str, schema, service, client: TestClient) -> None:
    name, status, do = WRONG[case]
    reply = do(service, client)
    assert reply.status_code == status
    described = dict(operations(schema))[name]["responses"][str(status)]["content"]["application/json"][
        "schema"
    ]
    jsonschema.validate(reply.json(), {**described, "components": schema["components"]})
    told = reply.json()["error"] if isinstance(reply.json()["error"], str) else reply.json()["error"]["code"]
    assert told in schema["components"]["schemas"]["ErrorModel"]["properties"]["error"]["enum"]
    assert (status == 500) == (told == FAILED[0])


def test_a_token_is_described_where_one_may_be_needed(schema: dict[str, Any]) -> None:
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    without = {name for name, operation in operations(schema) if "security" not in operation}
    assert without == {"GET /healthz", "GET /readyz"}
