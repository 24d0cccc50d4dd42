"""A conversation's charts over HTTP: of its own cards, and of nothing else."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.parley import Parley
from bot.public import cards_payload
from tests.api.test_edge import problem
from tools.cards import Card, OrderListCard
from tools.commerce import transcript
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.explaining import explain
from tools.commerce.metrics.query import Comparison, KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import MessageRole
from tools.kpi_showing import explanation_card, kpi_card

Headers = dict[str, str]


@pytest.fixture
def figures(parley: Parley) -> tuple[Card, ...]:
    """Of the demo shop: a course of months, a single figure, why it changed, and a card without figures."""
    reporting = Reporting.of(parley.shop, parley.now())
    today = reporting.today
    period = Period(today.replace(day=1) - timedelta(days=150), today)
    month = KpiQuery(metrics=("net_sales",), period=period, grain=Grain.MONTH)
    with parley.database.reading() as session:
        course = kpi_card(answer(session, month, reporting), parley.shop.currency)
        one = kpi_card(
            answer(session, month.model_copy(update={"grain": None}), reporting), parley.shop.currency
        )
        why = explain(session, "net_sales", period, Comparison.PREVIOUS, reporting)
    return course, one, explanation_card(why, parley.shop.currency), OrderListCard(orders=(), total_orders=0)


def shown(parley: Parley, path: str, cards: tuple[Card, ...]) -> int:
    """The id of a message with these cards, now in the conversation."""
    conversation_id, now = path.rpartition("/")[2], parley.now()
    with parley.database.writing() as session:
        transcript.claim_turn(session, conversation_id, "test", now)
        asked = transcript.accept_message(session, conversation_id, "test", "Sales?", None, now)
        answered = transcript.NewMessage(MessageRole.ASSISTANT, "Here.", {"cards": cards_payload(cards)})
        seq = transcript.append(session, conversation_id, "test", asked.turn, [answered], now)
        transcript.finish_turn(session, conversation_id, asked.turn, now)
        transcript.release_turn(session, conversation_id, "test")
    return seq


def started(web: TestClient) -> tuple[str, Headers]:
    opened = web.post("/api/conversations", json={}).json()
    return f"/api/conversations/{opened['id']}", {"Authorization": f"Bearer {opened['token']}"}


def test_a_card_of_figures_has_a_picture(web: TestClient, parley: Parley, figures: tuple[Card, ...]) -> None:
    path, headers = started(web)
    url = f"{path}/messages/{shown(parley, path, figures)}/chart"

    svg = web.get(url, headers=headers, params={"theme": "dark", "width": 360})

    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.headers["cache-control"] == "no-store"
    assert "script-src" not in svg.headers["content-security-policy"]
    assert 'width="360"' in svg.text
    assert parley.shop.theme.dark.background in svg.text
    assert " so far" in svg.text, "this month is not over"
    assert "Net sales: $" in svg.text
    png = web.get(url, headers=headers, params={"card": 2, "image": "png"})
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")


def test_what_has_no_picture_or_is_another_conversations_is_unknown(
    web: TestClient, parley: Parley, figures: tuple[Card, ...]
) -> None:
    path, headers = started(web)
    message = shown(parley, path, figures)
    other, other_headers = started(web)

    for place in (1, 3, 4):
        problem(
            web.get(f"{path}/messages/{message}/chart?card={place}", headers=headers), 404, "unknown-chart"
        )
    for unknown in (message + 1, 0, -1, 10**30):
        problem(web.get(f"{path}/messages/{unknown}/chart", headers=headers), 404, "unknown-chart")
    problem(web.get(f"{other}/messages/{message}/chart", headers=other_headers), 404, "unknown-chart")
    problem(web.get(f"{path}/messages/{message}/chart", headers=other_headers), 404, "unknown-conversation")
    problem(web.get(f"{path}/messages/{message}/chart"), 401, "credentials-missing")
    for wrong in ("width=10", "width=99999", "theme=red", "image=gif", "card=-1", "hint=pie"):
        answer = web.get(f"{path}/messages/{message}/chart?{wrong}", headers=headers)
        problem(answer, 422, "invalid-request")
