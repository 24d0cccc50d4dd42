"""What staff can ask to be told, and what is refused."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.tools.builders import Shop, ask
from tools.cards import Refusal
from tools.change_cards import ProposalCard
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.database import Database
from tools.commerce.schema import Conversation, Role
from tools.context import ToolContext
from tools.watch_cards import WatchList
from tools.watches import list_watches, propose_digest, stop_watch, watch_metric

pytestmark = pytest.mark.anyio

RETURNS = {"metric": "return_rate", "direction": "above", "threshold": "8%"}


def of(shop: Shop, role: Role = Role.ANALYST, email: str | None = "ana@shop.example") -> ToolContext:
    found = shop.conversation(role=role)
    with shop.database.writing() as session:
        session.get_one(Conversation, found).staff_email = email
    return shop.context(found)


def confirm(context: ToolContext, card: ProposalCard) -> None:
    with context.database.writing() as session:
        decide(session, context.conversation_id, card.id, Decision.CONFIRM, context.rulebook)


async def test_what_one_is_told_is_listed_and_stopped_by_its_owner_alone(shop: Shop) -> None:
    mine, another = of(shop), of(shop, email="max@shop.example")
    in_another_thread = of(shop)
    confirm(mine, await ask(watch_metric, mine, **RETURNS))
    weekly = {
        "metrics": ["net_sales"],
        "cadence": "weekly",
        "weekday": "friday",
        "at": "16:30",
        "dimensions": ["category"],
    }
    confirm(mine, await ask(propose_digest, mine, **weekly))

    found = await ask(list_watches, in_another_thread)

    assert isinstance(found, WatchList)
    assert [(one.what, one.when) for one in found.watches] == [
        ("Return rate (units) in the last 28 days is above 8.0%", "every day at 9:00 AM"),
        ("Net sales by category of the last week", "every Friday at 4:30 PM"),
    ]
    number = found.watches[0].number
    assert (await ask(list_watches, another)).watches == ()
    assert (await ask(stop_watch, another, number=number)).code == "watch_not_found"
    confirm(in_another_thread, await ask(stop_watch, in_another_thread, number=number))
    assert [one.number for one in (await ask(list_watches, mine)).watches] == [number + 1]


@pytest.mark.parametrize(
    ("asked", "summary"),
    [
        (
            {**RETURNS, "filters": [{"dimension": "category", "members": ["Lighting"]}]},
            "Tell you here when Return rate (units) (category: Lighting) in the last 28 days is above 8.0%; "
            "I look every day at 9:00 AM.",
        ),
        (
            {"metric": "net_sales", "direction": "above", "threshold": "10000.00", "window": "today"},
            "Tell you here when Net sales today is above $10,000.00; I look every hour.",
        ),
        (
            {"metric": "stock_outs", "direction": "above", "threshold": "5%", "hourly": True},
            "Tell you here when Versions out of stock is above 5.0%; I look every hour.",
        ),
        (
            {"metric": "orders", "direction": "below", "threshold": "20"},
            "Tell you here when Orders of a day is below 20; I look every day at 9:00 AM.",
        ),
    ],
)
async def test_it_is_said_what_will_be_watched(shop: Shop, asked: dict[str, object], summary: str) -> None:
    card = await ask(watch_metric, of(shop), **asked)

    assert isinstance(card, ProposalCard)
    assert card.summary == summary


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({**RETURNS, "metric": "profit"}, "unknown_metric"),
        ({**RETURNS, "threshold": "8"}, "wrong_threshold"),
        ({**RETURNS, "filters": [{"dimension": "carrier", "members": ["DHL"]}]}, "unknown_dimension"),
        (
            {"metric": "stock_outs", "direction": "above", "threshold": "5%", "window": "today"},
            "period_needed",
        ),
        (
            {"metric": "orders", "direction": "below", "threshold": "5", "window": "today"},
            "too_early_to_tell",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    shop: Shop, asked: dict[str, object], code: str
) -> None:
    refused = await ask(watch_metric, of(shop), **asked)

    assert isinstance(refused, Refusal)
    assert refused.code == code


@pytest.mark.parametrize(
    ("role", "email", "code"),
    [
        (Role.SHOPPER, None, "not_for_role"),
        (Role.AGENT, "kim@shop.example", "not_for_role"),
        (Role.ANALYST, None, "nobody_to_tell"),
    ],
)
async def test_figures_are_told_to_staff_who_may_see_them(
    shop: Shop, role: Role, email: str | None, code: str
) -> None:
    refused = await ask(watch_metric, of(shop, role, email), **RETURNS)

    assert isinstance(refused, Refusal)
    assert refused.code == code


async def test_the_same_twice_is_refused(shop: Shop) -> None:
    mine = of(shop)
    confirm(mine, await ask(watch_metric, mine, **RETURNS))

    assert (await ask(watch_metric, of(shop), **RETURNS)).code == "watched_already"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """What is stored and told on both databases is pinned elsewhere; here it is what is refused, and in which words."""
    with closing(Database(sqlite_url)) as database:
        yield database
