"""The pages that need no model: the articles, the demo shop front, and what is there without it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.bootstrap import build
from api.parley import Parley
from knowledge.articles import load_articles
from knowledge.shop_profile import DEMO_SHOP
from tests.api.conftest import MakeSettings
from tools.commerce.demo import named_customers
from tools.commerce.schema import OutboxEmail


@pytest.fixture
def plain(make_settings: MakeSettings) -> Iterator[TestClient]:
    """The application without the demo."""
    parley = build(make_settings(demo=False))
    yield TestClient(create_app(parley))
    parley.database.close()


def test_every_section_can_be_linked_to(web: TestClient) -> None:
    for article in load_articles(DEMO_SHOP):
        answer = web.get(f"/help/{article.slug}")
        assert answer.status_code == 200
        for section in article.sections:
            assert f'<section id="{section.anchor}">' in answer.text


def test_help_lists_every_article(web: TestClient) -> None:
    page = web.get("/help").text

    for article in load_articles(DEMO_SHOP):
        assert f'href="/help/{article.slug}"' in page


def test_an_unknown_article_says_so_and_offers_the_others(web: TestClient) -> None:
    answer = web.get("/help/%3Cscript%3Ealert(1)%3C/script%3E")
    assert answer.status_code == 404

    answer = web.get("/help/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is no such page" in answer.text
    assert 'href="/help/' in answer.text


def test_pages_hold_no_inline_script_or_style(web: TestClient, plain: TestClient) -> None:
    pages = [web.get("/").text, plain.get("/").text, web.get("/help").text]
    pages += [web.get(f"/help/{article.slug}").text for article in load_articles(DEMO_SHOP)]
    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=", page)


def test_the_theme_is_the_shops_in_light_and_dark(web: TestClient, parley: Parley) -> None:
    answer = web.get("/theme.css")

    assert answer.headers["content-type"].startswith("text/css")
    light, _, dark = answer.text.partition("@media (prefers-color-scheme: dark)")
    assert f"--accent: {parley.shop.theme.light.accent};" in light
    assert f"--on-accent: {parley.shop.theme.dark.on_accent};" in dark


def test_the_widget_is_one_script_that_may_be_kept_for_a_while(web: TestClient) -> None:
    packed = web.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    bare = web.get("/widget.js", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in bare.headers
    assert packed.text == bare.text
    for answer in (packed, bare):
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "max-age" in answer.headers["cache-control"]
        assert "Accept-Encoding" in answer.headers["vary"]


def test_the_demo_shows_products_with_price_and_stock(web: TestClient) -> None:
    found = web.get("/demo/products").json()

    assert len(found["products"]) == 24
    assert found["total_products"] >= 24
    assert all(p["price"]["lowest"]["text"] for p in found["products"])
    picture = next(p["image_url"] for p in found["products"] if p["image_url"])
    assert web.get(picture).headers["content-type"].startswith("image/svg+xml")


def test_one_can_sign_in_as_a_named_customer_and_as_nobody_else(web: TestClient, parley: Parley) -> None:
    known = web.get("/demo/customers").json()
    assert [person["email"] for person in known] == [person.email for person in named_customers()]

    token = web.post("/demo/sign-in", json={"email": known[0]["email"].upper()}).json()["identity"]
    assert parley.tokens.verify(token).email == known[0]["email"]

    answer = web.post("/demo/sign-in", json={"email": "somebody@else.example"})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:parley:problem:unknown-customer")


def test_the_demo_shows_emails_that_were_not_sent(web: TestClient, parley: Parley) -> None:
    with parley.database.writing() as session:
        session.add(
            OutboxEmail(
                recipient="ana@shop.example", subject="Code", body="123 456", created_at=datetime.now(UTC)
            )
        )

    [email] = web.get("/demo/outbox").json()

    assert (email["recipient"], email["body"], email["sent_at"]) == ("ana@shop.example", "123 456", None)


def test_without_the_demo_the_front_page_explains_and_the_rest_is_not_there(plain: TestClient) -> None:
    front = plain.get("/")

    assert front.status_code == 200
    assert 'href="/docs"' in front.text
    for path in ("/demo/products", "/demo/customers", "/demo/outbox"):
        assert plain.get(path).status_code == 404
    assert plain.post("/demo/sign-in", json={"email": named_customers()[0].email}).status_code == 404
