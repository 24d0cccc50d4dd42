"""The HTTP edge: whatever comes in, the answer is well-formed, says what is wrong, and gives nothing away."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.bootstrap import build
from api.parley import Parley
from tests.api.conftest import SHOP_PAGE, MakeSettings
from tools.commerce.schema import Role

JSON = {"Content-Type": "application/json"}


def problem(answer: Response, status: int, kind: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["type"] == f"urn:parley:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    return body


@pytest.fixture
def opened(web: TestClient) -> tuple[str, dict[str, str]]:
    """The path of a conversation, and the headers that open it."""
    started = web.post("/api/conversations", json={}).json()
    return f"/api/conversations/{started['id']}", {"Authorization": f"Bearer {started['token']}"}


def test_a_conversation_begins_with_its_id_token_and_status(web: TestClient) -> None:
    for body in ({"identity": None}, {}):
        answer = web.post("/api/conversations", json=body)
        assert answer.status_code == 201
        assert set(answer.json()) == {"id", "token", "status"}
        assert answer.json()["status"] == "bot"
    assert web.post("/api/conversations").status_code == 201


def test_an_empty_conversation_can_be_looked_at(web: TestClient, opened: tuple[str, dict[str, str]]) -> None:
    path, headers = opened

    answer = web.get(path, headers=headers)

    assert answer.json() == {"status": "bot", "messages": [], "proposal": None}
    assert answer.headers["cache-control"] == "no-store"


def test_a_token_of_the_shop_begins_a_conversation(web: TestClient, parley: Parley) -> None:
    now = datetime.now(UTC)
    good = parley.tokens.issue("C-1", "ana@shop.example", Role.SHOPPER, now)
    old = parley.tokens.issue("C-1", None, Role.SHOPPER, now - timedelta(days=1))

    assert web.post("/api/conversations", json={"identity": good}).status_code == 201
    problem(web.post("/api/conversations", json={"identity": old}), 401, "identity-token-refused")
    problem(web.post("/api/conversations", json={"identity": good[:-2]}), 401, "identity-token-refused")
    for nonsense in (b"", b"a.b.c", b"\\u0000", b"\\u00e9.e.e"):
        body = b'{"identity": "' + nonsense + b'"}'
        answer = web.post("/api/conversations", headers=JSON, content=body)
        problem(answer, 401, "identity-token-refused")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}])
def test_without_a_bearer_token_it_is_asked_for(
    web: TestClient, opened: tuple[str, dict[str, str]], headers: dict[str, str]
) -> None:
    path, _ = opened
    answers = (
        web.get(path, headers=headers),
        web.get(f"{path}/events", headers=headers),
        web.post(f"{path}/messages", headers=headers, json={"text": "hi"}),
    )
    for answer in answers:
        problem(answer, 401, "credentials-missing")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_token_and_an_unknown_conversation_get_the_same_bytes(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened
    unknown = "/api/conversations/00000000-0000-4000-8000-000000000000"
    nonsense = "/api/conversations/%00%ff'--"
    wrong_token = {"Authorization": "Bearer wrong"}
    for end, body in (("", None), ("/events", None), ("/messages", "text"), ("/proposals/1", "decision")):
        answers = [
            web.request(
                "POST" if body else "GET",
                place + end,
                headers=credentials,
                json={body: "confirm"} if body else None,
            )
            for place, credentials in ((path, wrong_token), (unknown, headers), (nonsense, headers))
        ]
        problem(answers[0], 404, "unknown-conversation")
        assert answers[0].content == answers[1].content == answers[2].content


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 422, "invalid-request"),
        (b"{", 400, "malformed-body"),
        (b'{"text": "\xff\xfe"}', 400, "malformed-body"),
        (b"\x00\x01\x02", 400, "malformed-body"),
        (b"[" * 30_000, 400, "malformed-body"),
        (b'{"a":' * 12_000, 400, "malformed-body"),
        (b'{"text": ' + b"9" * 20_000 + b"}", 400, "malformed-body"),
        (b"null", 422, "invalid-request"),
        (b"[]", 422, "invalid-request"),
        (b'"hi"', 422, "invalid-request"),
        (b"{}", 422, "invalid-request"),
        (b'{"text": 7}', 422, "invalid-request"),
        (b'{"text": null}', 422, "invalid-request"),
        (b'{"text": ["hi"]}', 422, "invalid-request"),
        (b'{"text": {"a": 1}}', 422, "invalid-request"),
        (b'{"text": NaN}', 422, "invalid-request"),
        (b'{"text": "hi", "customer_id": 7}', 422, "invalid-request"),
        (b'{"text": "hi", "client_message_id": ""}', 422, "invalid-request"),
        (b'{"text": "hi", "client_message_id": 7}', 422, "invalid-request"),
        (b'{"text": "hi", "client_message_id": "a b"}', 422, "invalid-request"),
        (b'{"text": "hi", "client_message_id": "a\\u0000b"}', 422, "invalid-request"),
        (b'{"text": "hi", "client_message_id": "' + b"x" * 81 + b'"}', 422, "invalid-request"),
        (b'{"text": "' + b"x" * 70_000 + b'"}', 413, "body-too-large"),
    ],
)
def test_refuses_bodies_that_make_no_sense(
    web: TestClient, opened: tuple[str, dict[str, str]], body: bytes, status: int, kind: str
) -> None:
    path, headers = opened

    answer = web.post(f"{path}/messages", headers=headers | JSON, content=body)

    problem(answer, status, kind)
    assert "xxxx" not in answer.text
    assert web.get(path, headers=headers).json()["messages"] == []


def test_a_body_of_unknown_length_is_refused_while_it_is_read(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened

    def endless() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(100):
            yield b"x" * 1024

    answer = web.post(f"{path}/messages", headers=headers | JSON, content=endless())

    problem(answer, 413, "body-too-large")


def test_a_form_or_plain_text_is_not_json(web: TestClient, opened: tuple[str, dict[str, str]]) -> None:
    path, headers = opened
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = web.post(
            f"{path}/messages", headers=headers | {"Content-Type": kind}, content=b'{"text": "hi"}'
        )
        problem(answer, 422, "invalid-request")


def test_an_invalid_field_is_named_and_not_repeated(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened

    answer = web.post(f"{path}/messages", headers=headers, json={"text": {"secret": "hunter2"}})

    body = problem(answer, 422, "invalid-request")
    assert body["errors"] == [{"field": "body.text", "detail": "Input should be a valid string"}]
    assert "hunter2" not in answer.text


def test_decisions_are_two_words_and_there_is_no_such_proposal(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened

    problem(
        web.post(f"{path}/proposals/1", headers=headers, json={"decision": "maybe"}), 422, "invalid-request"
    )
    problem(
        web.post(f"{path}/proposals/1", headers=headers, json={"decision": "confirm"}),
        404,
        "unknown-proposal",
    )


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=99999999999999999999"])
def test_events_start_at_a_number(web: TestClient, opened: tuple[str, dict[str, str]], query: str) -> None:
    path, headers = opened

    problem(web.get(f"{path}/events?{query}", headers=headers), 422, "invalid-request")
    problem(web.get(f"{path}/events", headers=headers | {"Last-Event-ID": "abc"}), 422, "invalid-request")


def test_unknown_paths_and_methods(web: TestClient) -> None:
    problem(web.get("/nowhere"), 404, "not-found")
    problem(web.get("/web/../settings.py"), 404, "not-found")
    problem(web.get("/web/%2e%2e/settings.py"), 404, "not-found")
    problem(web.get("/products/none.svg"), 404, "not-found")
    problem(web.delete("/api/conversations"), 405, "method-not-allowed")
    problem(web.post("/healthz"), 405, "method-not-allowed")


def test_a_bug_shows_nothing_but_its_number(parley: Parley, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(parley)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("ana@shop.example wrote hunter2")

    with caplog.at_level(logging.INFO):
        answer = TestClient(app).get("/broken?email=ana@shop.example")

    body = problem(answer, 500, "internal-error")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(body["instance"]))
    assert str(body["instance"]) in caplog.text
    assert "RuntimeError" in caplog.text
    own = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
    assert not re.search("hunter2|ana@", f"{answer.text} {own}")
    assert "content-security-policy" in answer.headers


def test_every_answer_carries_the_security_headers(web: TestClient) -> None:
    for path in ("/", "/help", "/healthz", "/widget.js", "/docs", "/nowhere", "/theme.css"):
        headers = web.get(path).headers
        policy = headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff", path
        assert "object-src 'none'" in policy, path
        assert "'unsafe-eval'" not in policy, path
        assert "server" not in headers, path
        assert "script-src 'self';" in policy, path
        assert "'unsafe-inline'" not in policy, path


def test_pages_may_be_framed_only_by_whom_the_settings_name(web: TestClient) -> None:
    assert "frame-ancestors 'self'" in web.get("/help").headers["content-security-policy"]


def preflight(web: TestClient, origin: str) -> Response:
    return web.options(
        "/api/conversations",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, accept, last-event-id",
        },
    )


def test_the_shops_pages_may_call_from_the_browser(web: TestClient) -> None:
    answer = preflight(web, SHOP_PAGE)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == SHOP_PAGE
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "last-event-id"))

    started = web.post("/api/conversations", json={}, headers={"Origin": SHOP_PAGE})
    refused = web.get("/api/conversations/x", headers={"Origin": SHOP_PAGE})
    for answer in (started, refused):
        assert answer.headers["access-control-allow-origin"] == SHOP_PAGE
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example"]
)
def test_other_pages_may_not(web: TestClient, origin: str) -> None:
    answers = (preflight(web, origin), web.post("/api/conversations", json={}, headers={"Origin": origin}))
    for answer in answers:
        assert "access-control-allow-origin" not in answer.headers


def test_starting_conversations_has_a_pace(make_settings: MakeSettings) -> None:
    parley = build(make_settings(conversations_per_minute=3))
    web = TestClient(create_app(parley), client=("203.0.113.9", 40000))
    at_home = TestClient(create_app(parley), client=("127.0.0.1", 40000))

    statuses = [web.post("/api/conversations", json={}).status_code for _ in range(5)]

    assert statuses == [201, 201, 201, 429, 429]
    refused = web.post("/api/conversations", json={})
    problem(refused, 429, "too-many-requests")
    assert int(refused.headers["retry-after"]) >= 1
    assert at_home.post("/api/conversations", json={}).status_code == 201
    parley.database.close()


def test_the_messages_of_a_conversation_have_a_pace(make_settings: MakeSettings) -> None:
    parley = build(make_settings(messages_per_minute=2))
    web = TestClient(create_app(parley))
    started = web.post("/api/conversations", json={}).json()
    for _ in range(2):
        parley.paces.messages.take(started["id"])

    answer = web.post(
        f"/api/conversations/{started['id']}/messages",
        headers={"Authorization": f"Bearer {started['token']}"},
        json={"text": "hello"},
    )

    problem(answer, 429, "too-many-requests")
    assert int(answer.headers["retry-after"]) >= 1
    parley.database.close()


def test_alive_at_once_and_ready_when_it_can_answer(web: TestClient) -> None:
    assert web.get("/healthz").json() == {"status": "alive"}
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["missing"]


def test_requests_are_logged_without_what_is_personal(
    web: TestClient, opened: tuple[str, dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    path, headers = opened
    with caplog.at_level(logging.DEBUG):
        web.get(f"{path}?email=ana@shop.example", headers=headers | {"Cookie": "a=hunter2"})
        web.post(f"{path}/messages", headers=headers, json={"text": 7, "note": "hunter2"})

    own = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("api"))
    assert "method=GET route=/api/conversations/{conversation_id} status=200 ms=" in own
    conversation_id, token = path.rpartition("/")[2], headers["Authorization"].split()[1]
    assert not any(secret in own for secret in ("ana@", "hunter2", conversation_id, token, "203.0.113"))


def test_metrics_count_answers_by_route_and_status(web: TestClient) -> None:
    web.get("/healthz")
    web.get("/nowhere/at/all")

    text = web.get("/metrics").text

    assert 'parley_http_requests_total{route="/healthz",status="200"} 1.0' in text
    assert 'parley_http_requests_total{route="-",status="404"} 1.0' in text


def test_the_openapi_page_describes_the_contract(web: TestClient) -> None:
    description = web.get("/openapi.json").json()

    assert set(description["paths"]) == {
        "/api/conversations",
        "/api/conversations/{conversation_id}",
        "/api/conversations/{conversation_id}/messages",
        "/api/conversations/{conversation_id}/typing",
        "/api/conversations/{conversation_id}/messages/{message_id}/chart",
        "/api/conversations/links",
        "/api/conversations/{conversation_id}/photos",
        "/api/conversations/{conversation_id}/photos/{photo_id}",
        "/api/conversations/{conversation_id}/proposals/{proposal_id}",
        "/api/conversations/{conversation_id}/events",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/shop",
    }
    send = description["paths"]["/api/conversations/{conversation_id}/messages"]["post"]
    assert set(send["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    assert "application/problem+json" in send["responses"]["404"]["content"]
    decide = description["paths"]["/api/conversations/{conversation_id}/proposals/{proposal_id}"]["post"]
    told = decide["responses"]["404"]["content"]["application/problem+json"]["examples"]
    assert {example["value"]["type"].rpartition(":")[2] for example in told.values()} == {
        "unknown-conversation",
        "unknown-proposal",
    }
    chart = description["paths"]["/api/conversations/{conversation_id}/messages/{message_id}/chart"]["get"]
    assert set(chart["responses"]["200"]["content"]) == {"image/svg+xml", "image/png"}
    photos = description["paths"]["/api/conversations/{conversation_id}/photos"]["post"]
    assert set(photos["requestBody"]["content"]) == {"image/jpeg", "image/png", "image/webp"}
    assert "/openapi.json" in web.get("/docs").text
    json.dumps(description)
