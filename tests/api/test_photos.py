"""Photos over HTTP: uploaded to one's own conversation alone, and served as nothing but pictures."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.bootstrap import build
from api.limits import Pace
from api.parley import Parley
from tests.api.conftest import SHOP_PAGE, Conversation, MakeSettings, Served
from tests.api.test_edge import problem
from tests.pictures import bomb, picture
from tools.commerce.photos.encoding import MOST_BYTES
from tools.commerce.photos.keeping import MOST_IN_A_CONVERSATION


@pytest.fixture
def conversation(served: Served) -> Conversation:
    return served.start()


@pytest.fixture
def client(conversation: Conversation) -> Iterator[httpx.Client]:
    with conversation.client() as client:
        yield client


@pytest.fixture
def opened(web: TestClient) -> tuple[str, dict[str, str]]:
    """The path of a conversation's photos, and the headers that open it."""
    return opened_by(web)


def opened_by(web: TestClient) -> tuple[str, dict[str, str]]:
    started = web.post("/api/conversations", json={}).json()
    return f"/api/conversations/{started['id']}/photos", {"Authorization": f"Bearer {started['token']}"}


def test_a_photo_goes_with_a_message_and_is_fetched_again(
    client: httpx.Client, conversation: Conversation
) -> None:
    uploaded = client.post(f"{conversation.path}/photos", content=picture(40, 20, "PNG"))
    photo = uploaded.json()
    body = {"text": "", "client_message_id": "m-1", "photos": [photo["id"]]}
    replies = [client.post(f"{conversation.path}/messages", json=body) for _ in range(2)]

    assert uploaded.status_code == 201
    assert photo == {"id": photo["id"], "width": 40, "height": 20}
    assert replies[0].json() == replies[1].json()
    view = client.get(conversation.path).json()
    assert [(m["text"], m["photos"]) for m in view["messages"] if m["role"] == "user"] == [("", [photo])]
    fetched = client.get(f"{conversation.path}/photos/{photo['id']}")
    assert fetched.content.startswith(b"\xff\xd8\xff")


def test_a_photo_is_served_as_a_picture_and_nothing_else(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened
    photo = web.post(path, headers=headers | {"Content-Type": "text/html"}, content=picture()).json()

    answer = web.get(f"{path}/{photo['id']}", headers=headers)

    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["content-disposition"].startswith("inline; filename=")


def test_only_the_conversations_token_opens_its_photos(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened
    photo = web.post(path, headers=headers, content=picture()).json()["id"]
    other_path, other_headers = opened_by(web)

    problem(web.post(path, content=picture()), 401, "credentials-missing")
    problem(web.get(f"{path}/{photo}"), 401, "credentials-missing")
    problem(web.post(path, headers=other_headers, content=picture()), 404, "unknown-conversation")
    problem(web.get(f"{path}/{photo}", headers=other_headers), 404, "unknown-conversation")
    problem(web.get(f"{other_path}/{photo}", headers=other_headers), 404, "unknown-photo")
    problem(web.get(f"{path}/{'0' * 64}", headers=headers), 404, "unknown-photo")
    problem(web.get(f"{path}/x%27--", headers=headers), 404, "unknown-photo")


def test_what_is_no_photo_is_refused_and_said_why(
    web: TestClient, opened: tuple[str, dict[str, str]]
) -> None:
    path, headers = opened

    for body in (b"", b"<script>alert(1)</script>", b"GIF89a", picture()[:-200], bomb(60_000, 60_000)):
        refused = problem(web.post(path, headers=headers, content=body), 422, "photo-refused")
        assert str(refused["detail"]).endswith(".")
    problem(web.post(path, headers=headers, content=b"x" * (MOST_BYTES + 1)), 413, "body-too-large")
    problem(
        web.post(path.removesuffix("photos") + "messages", headers=headers, content=b"x" * 70_000),
        413,
        "body-too-large",
    )


def test_photos_have_a_pace_and_a_most(make_settings: MakeSettings) -> None:
    parley = build(make_settings())
    web = TestClient(create_app(parley), client=("203.0.113.9", 40000))
    path, headers = opened_by(web)
    statuses = [web.post(path, headers=headers, content=picture()).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]
    parley.database.close()


def test_a_conversation_has_at_most_so_many(parley: Parley) -> None:
    over_the_day = replace(parley, paces=replace(parley.paces, photos=Pace(1000)))
    web = TestClient(create_app(over_the_day))
    path, headers = opened_by(web)
    for width in range(20, 20 + MOST_IN_A_CONVERSATION):
        assert web.post(path, headers=headers, content=picture(width)).status_code == 201
    problem(web.post(path, headers=headers, content=picture(10)), 409, "too-many-photos")


def test_many_at_once_are_taken_or_sent_away_and_the_rest_goes_on(
    client: httpx.Client, conversation: Conversation
) -> None:
    photo = picture(3000, 2000)

    def upload(_: int) -> int:
        with conversation.client() as own:
            return own.post(f"{conversation.path}/photos", content=photo).status_code

    with ThreadPoolExecutor(16) as pool:
        uploads = [pool.submit(upload, number) for number in range(16)]
        assert client.get("/healthz").status_code == 200
        statuses = {one.result() for one in uploads}

    assert statuses <= {201, 503}
    assert 201 in statuses


def test_the_shops_pages_may_upload_from_the_browser(web: TestClient) -> None:
    answer = web.options(
        "/api/conversations/x/photos",
        headers={
            "Origin": SHOP_PAGE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == SHOP_PAGE
