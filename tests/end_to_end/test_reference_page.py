"""The page /docs, in a real browser: drawn whole, with nothing from another host."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.server import Server


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_reference_is_drawn_from_our_own_origin_alone(
    open_context: OpenContext, shop: Server, width: int
) -> None:
    page = open_context(viewport={"width": width, "height": 900}).new_page()
    requested: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if not answer.ok else None)

    page.goto(f"{shop.url}/docs")
    page.get_by_text("/api/conversations/{conversation_id}/messages", exact=True).click()

    expect(
        page.get_by_text("There is no such conversation; There is no such photo", exact=True)
    ).to_be_visible()
    assert [url for url in requested if not url.startswith((shop.url, "data:"))] == []
    assert failed == []
