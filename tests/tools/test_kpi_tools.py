"""The shop's figures, as a model asks for them and a person reads them."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy import func, select

from api.cards_as_tables import as_table
from tests.tools.builders import Shop, ask, line
from tools.cards import Refusal
from tools.commerce.database import Database
from tools.commerce.schema import Channel, Order, OrderStatus, Role
from tools.kpi_cards import ExplanationCard, KpiCard
from tools.kpis import explain_change, query_kpis

pytestmark = pytest.mark.anyio

FEBRUARY, MARCH = datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)
HOSTILE = (
    "web'); DROP TABLE orders; --",
    "web' OR '1'='1",
    'web" OR 1=1 --',
    "x' UNION SELECT email, name FROM customers --",
    "web'; UPDATE orders SET total = 0; --",
    "%' OR channel LIKE '%",
    "web\\'; DELETE FROM refunds; /*",
    "(SELECT password_hash FROM staff)",
    ":first_day; ROLLBACK; VACUUM",
)
"""Names that would be more than names if they were ever put into a statement."""
MONTH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}


@pytest.fixture
def shop(database: Database) -> Shop:
    shop = Shop(database)
    shop.order("A-1", placed_at=FEBRUARY, channel=Channel.WEB, items=[line("Lamp", price=4000)])
    shop.order("A-2", placed_at=MARCH, channel=Channel.WEB, items=[line("Lamp", price=4000)])
    shop.order("A-3", placed_at=MARCH, channel=Channel.APP, items=[line("Mug", price=1250, quantity=2)])
    shop.order("A-4", placed_at=MARCH, channel=Channel.APP, status=OrderStatus.CANCELLED)
    return shop


def drawn(card: KpiCard | ExplanationCard) -> str:
    console = Console(width=140, record=True, file=None)
    with console.capture() as capture:
        console.print(as_table(card))
    return capture.get()


async def test_a_figure_comes_with_its_past_its_parts_and_its_meaning(shop: Shop) -> None:
    card = await ask(
        query_kpis,
        shop.context(shop.conversation(role=Role.ANALYST)),
        metrics=["net_sales", "orders"],
        dimensions=["channel"],
        compare="previous",
        **MONTH,
    )

    assert isinstance(card, KpiCard)
    sales, orders = card.total
    assert (sales.value, sales.text, sales.before_text, sales.change_text) == (
        "6500",
        "$65.00",
        "$40.00",
        "+62.5%",
    )
    assert (orders.text, orders.change_text) == ("2", "+100.0%")
    assert [(row.members, row.figures[0].text) for row in card.rows] == [
        (("web",), "$40.00"),
        (("app",), "$25.00"),
    ]
    assert card.rows_read == 6, "three lines and three orders of March"
    shown = drawn(card)
    assert "2026-03-01 to 2026-03-10" in shown, "today"
    assert "2026-02-01 to 2026-02-10" in shown
    assert "less discounts" in shown


async def test_a_day_is_over_when_it_is_in_the_shop(shop: Shop) -> None:
    """In the evening of New York it is the next day in Greenwich already."""
    shop.now = datetime(2026, 3, 11, 2, tzinfo=UTC)

    card = await ask(
        query_kpis,
        shop.context(shop.conversation(role=Role.ANALYST)),
        metrics=["net_sales"],
        **MONTH,
    )

    assert isinstance(card, KpiCard)
    assert card.as_of.date() == date(2026, 3, 10)


async def test_any_two_periods_can_be_compared(shop: Shop) -> None:
    """Holidays move: neither the days before nor the same days a year before are the last one."""
    context = shop.context(shop.conversation(role=Role.ANALYST))
    against = {"against_first_day": "2026-02-09", "against_last_day": "2026-02-11"}
    asked = {"first_day": "2026-03-03", "last_day": "2026-03-05", **against}

    card = await ask(query_kpis, context, metrics=["net_sales"], grain="day", **asked)
    explained = await ask(explain_change, context, metric="net_sales", **asked)

    assert isinstance(card, KpiCard)
    assert isinstance(explained, ExplanationCard)
    assert [(one.text, one.before_text) for one in card.total] == [("$65.00", "$40.00")]
    assert [row.figures[0].before_text for row in card.rows] == ["$40.00", "$0.00", "$0.00"]
    assert explained.figure.before_text == "$40.00"
    for answered in (card, explained):
        assert "compared with 2026-02-09 to 2026-02-11" in " ".join(drawn(answered).split())


async def test_a_course_of_time_shows_every_unit(shop: Shop) -> None:
    card = await ask(
        query_kpis,
        shop.context(shop.conversation(role=Role.ANALYST)),
        metrics=["orders"],
        grain="week",
        **MONTH,
    )

    assert isinstance(card, KpiCard)
    weeks = [(row.span.first.isoformat(), row.figures[0].text) for row in card.rows if row.span]
    assert weeks[:3] == [("2026-03-01", "0"), ("2026-03-02", "2"), ("2026-03-09", "0")]


async def test_what_cannot_be_computed_is_not_known_rather_than_nothing(shop: Shop) -> None:
    card = await ask(
        query_kpis,
        shop.context(shop.conversation(role=Role.MANAGER)),
        metrics=["conversion_rate", "refunds"],
        **MONTH,
    )

    assert isinstance(card, KpiCard)
    assert [figure.value for figure in card.total] == [None, None]
    assert drawn(card).count("not known") == 2


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"metrics": ["profit"], **MONTH}, "unknown_metric"),
        ({"metrics": ["orders"]}, "period_needed"),
        ({"metrics": ["orders"], "dimensions": ["carrier"], **MONTH}, "unknown_dimension"),
        ({"metrics": ["return_rate"], "dimensions": ["reason"], **MONTH}, "only_explained"),
        (
            {
                "metrics": ["orders"],
                "dimensions": ["channel"],
                "bound": {"side": "above", "value": "8%"},
                **MONTH,
            },
            "wrong_bound",
        ),
        ({"metrics": ["stock_units"], "grain": "month", **MONTH}, "no_history"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_name(
    shop: Shop, asked: dict[str, object], code: str
) -> None:
    found = await ask(query_kpis, shop.context(shop.conversation(role=Role.ANALYST)), **asked)

    assert isinstance(found, Refusal)
    assert found.code == code


async def test_a_name_of_a_member_is_only_ever_compared(shop: Shop, database: Database) -> None:
    context = shop.context(shop.conversation(role=Role.ANALYST))
    for hostile in HOSTILE:
        filters = [{"dimension": "channel", "members": [hostile]}]

        card = await ask(query_kpis, context, metrics=["orders"], filters=filters, **MONTH)

        assert isinstance(card, KpiCard)
        assert card.total[0].text == "0"
        assert hostile not in " ".join(card.sql)
    assert _orders(database) == 4


async def test_hostile_text_in_any_other_argument_is_no_part_of_a_query(
    shop: Shop, database: Database
) -> None:
    context = shop.context(shop.conversation(role=Role.ANALYST))
    for hostile in HOSTILE:
        places: list[dict[str, object]] = [
            {"metrics": [hostile]},
            {"metrics": ["orders"], "dimensions": [hostile]},
            {"metrics": ["orders"], "filters": [{"dimension": hostile, "members": ["web"]}]},
            {"metrics": ["orders"], "grain": hostile},
            {"metrics": ["orders"], "compare": hostile},
            {"metrics": ["orders"], "dimensions": ["channel"], "bound": {"side": "above", "value": hostile}},
            {"metrics": ["orders"], "first_day": hostile},
        ]
        for place in places:
            found: object = None
            with suppress(ValidationError):  # before anything is asked: the argument's type has no such value
                found = await ask(query_kpis, context, **{**MONTH, **place})
            assert found is None or isinstance(found, Refusal), place
    assert _orders(database) == 4


def _orders(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Order)).one()


async def test_what_was_before_the_shops_first_order_is_not_known(shop: Shop) -> None:
    card = await ask(
        query_kpis,
        shop.context(shop.conversation(role=Role.ANALYST)),
        metrics=["orders"],
        first_day="2026-01-01",
        last_day="2026-03-31",
        grain="month",
        running=True,
    )

    assert isinstance(card, KpiCard)
    assert [row.figures[0].text for row in card.rows] == ["not known", "1", "2"]
    assert card.notes == ("Orders: there is no data before February 9, 2026.",)
    assert card.newest == MARCH
    assert "no data before February 9, 2026" in drawn(card)
    assert "2 (3 so far)" in drawn(card)


@pytest.mark.parametrize("role", [Role.SHOPPER, Role.AGENT])
async def test_nobody_else_gets_a_figure_whatever_calls_the_tool(shop: Shop, role: Role) -> None:
    context = shop.context(shop.conversation(role=role))

    found = await ask(query_kpis, context, metrics=["orders"], **MONTH)
    reasons = await ask(explain_change, context, metric="orders", **MONTH)

    assert [one.code for one in (found, reasons)] == ["not_for_role", "not_for_role"]


async def test_why_sales_rose(shop: Shop) -> None:
    card = await ask(
        explain_change,
        shop.context(shop.conversation(role=Role.ANALYST)),
        metric="net_sales",
        dimensions=["channel"],
        **MONTH,
    )

    assert isinstance(card, ExplanationCard)
    (driver,) = card.drivers
    assert [(one.member, one.part) for one in driver.members] == [("app", "+$25.00"), ("web", "+$0.00")]
    assert "part of the change" in drawn(card)
