"""Going on in another browser by the link of an e-mail, over HTTP."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.parley import Parley
from tools.commerce import chat_links
from tools.commerce.chat_links import OPENS_FOR
from tools.commerce.schema import Role

KEY = "0123456789abcdef" * 4


def started(web: TestClient) -> str:
    return str(web.post("/api/conversations", json={"identity": None}).json()["id"])


def link_to(parley: Parley, talk: str, at: datetime | None = None) -> str:
    with parley.database.writing() as session:
        return chat_links.make(session, talk, at or datetime.now(UTC))


def opening(web: TestClient, link: str, key: str = KEY) -> tuple[int, bytes]:
    answer = web.post("/api/conversations/links", json={"link": link, "key": key})
    return answer.status_code, answer.content


def test_the_key_is_a_token_of_that_conversation_and_of_no_other(web: TestClient, parley: Parley) -> None:
    mine, theirs = started(web), started(web)
    headers = {"Authorization": f"Bearer {KEY}"}
    link = link_to(parley, mine)
    assert web.get(f"/api/conversations/{mine}", headers=headers).status_code == 404

    answer = web.post("/api/conversations/links", json={"link": link, "key": KEY})

    assert (answer.status_code, answer.json()) == (200, {"id": mine, "status": "bot", "subject": None})
    assert answer.headers["Cache-Control"] == "no-store"
    assert link not in answer.text
    assert KEY not in answer.text
    assert web.get(f"/api/conversations/{mine}", headers=headers).status_code == 200
    assert web.get(f"/api/conversations/{theirs}", headers=headers).status_code == 404


def test_unknown_used_altered_and_expired_get_the_same_answer(web: TestClient, parley: Parley) -> None:
    used, over, good = (started(web) for _ in range(3))
    spent, late = link_to(parley, used), link_to(parley, over, datetime.now(UTC) - OPENS_FOR)
    assert opening(web, spent)[0] == 200
    whole = link_to(parley, good)

    refused = {
        opening(web, link, "f" * 64) for link in (spent, late, f"{whole}x", whole[1:], str(uuid4()), "'--")
    }

    [(status, body)] = refused
    assert status == 404
    assert b"urn:parley:problem:link-over" in body
    assert opening(web, whole)[0] == 200, "and none of that has used it up"


def test_a_mail_scanner_that_looks_at_the_page_leaves_the_link_as_it_is(
    web: TestClient, parley: Parley
) -> None:
    link = link_to(parley, started(web))

    for method in ("GET", "HEAD", "OPTIONS"):
        for path in (
            "/",
            f"/?parley={link}",
            "/api/conversations/links",
            f"/api/conversations/links?link={link}",
        ):
            web.request(method, path)

    assert opening(web, link)[0] == 200


@pytest.mark.parametrize("key", ["", "short", "g" * 64, "a" * 31, "a" * 65, "A" * 64])
def test_a_key_that_could_be_guessed_is_refused(web: TestClient, parley: Parley, key: str) -> None:
    link = link_to(parley, started(web))

    assert opening(web, link, key)[0] == 422
    assert opening(web, link)[0] == 200


def test_guessing_is_slowed_down(web: TestClient) -> None:
    assert 429 in {opening(web, f"guess-{number}")[0] for number in range(200)}


def test_a_link_of_an_account_says_whose_it_is(web: TestClient, parley: Parley) -> None:
    token = parley.tokens.issue("C-1", "hannah.weiss@fernway.example", Role.SHOPPER, datetime.now(UTC))
    talk = web.post("/api/conversations", json={"identity": token}).json()["id"]

    answer = web.post("/api/conversations/links", json={"link": link_to(parley, talk), "key": KEY}).json()

    assert answer["id"] == talk
    assert answer["subject"]
