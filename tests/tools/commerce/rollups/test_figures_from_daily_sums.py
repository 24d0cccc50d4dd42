"""A figure from the daily sums is the same as from the facts, whatever is asked."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.definitions import METRICS
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.figures import KpiTable
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import Comparison, Filter, KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.rollups.building import bring_up_to_date, differences
from tools.commerce.rollups.groupings import SUMMED, covering
from tools.commerce.rollups.state import State

SHOP = ShopProfile.load(DEMO_SHOP)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
FIRST = date(2025, 6, 1)
REPORTING = Reporting(Calendar.of(SHOP), SHOP.currency, NOW)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('rollups')}/shop.db"
    else:
        url = request.getfixturevalue("module_postgres_url")
    with closing(Database(url)) as database:
        database.migrate()
        create_demo_shop(database, orders=200, now=NOW)
        bring_up_to_date(database, SHOP.zone)
        yield database


def is_summed(metric: Metric) -> bool:
    return any(measure in one.places for one in SUMMED for measure in getattr(metric.formula, "measures", ()))


@st.composite
def queries(draw: st.DrawFn) -> KpiQuery:
    metric = draw(st.sampled_from([one for one in METRICS if is_summed(one)]))
    dimensions = draw(st.lists(st.sampled_from(sorted(metric.dimensions)), max_size=2, unique=True))
    first = FIRST + timedelta(draw(st.integers(0, 500)))
    filters: tuple[Filter, ...] = ()
    if draw(st.booleans()) and Dimension.CHANNEL in metric.dimensions:
        members = draw(st.lists(st.sampled_from(["WEB", "app", "store"]), min_size=1, max_size=2))
        filters = (
            Filter(dimension=Dimension.CHANNEL, members=tuple(members), is_exclusion=draw(st.booleans())),
        )
    return KpiQuery(
        metrics=(metric.name,),
        period=Period(first, first + timedelta(draw(st.integers(0, 90)))),
        grain=draw(st.none() | st.sampled_from(Grain)),
        dimensions=tuple(dimensions),
        filters=filters,
        comparison=draw(st.sampled_from([None, Comparison.PREVIOUS, Comparison.YEAR_BEFORE])),
    )


def asked(shop: Database, query: KpiQuery) -> KpiTable:
    with shop.reading() as session:
        return answer(session, query, REPORTING)


def from_facts(shop: Database, query: KpiQuery) -> KpiTable:
    with patch.object(State, "serves", return_value=False):
        return asked(shop, query)


@settings(max_examples=25, deadline=None)
@given(query=queries())
def test_figures_are_the_same_as_from_the_facts(shop: Database, query: KpiQuery) -> None:
    found, counted = asked(shop, query), from_facts(shop, query)

    assert (found.figures, found.rows, found.left_out) == (counted.figures, counted.rows, counted.left_out)


def test_what_was_built_is_what_the_facts_come_to(shop: Database) -> None:
    with shop.reading() as session:
        assert differences(session) == []


def test_the_statements_and_the_rows_read_are_those_that_were_run(shop: Database) -> None:
    query = KpiQuery(
        metrics=("net_sales",), period=Period(date(2026, 1, 1), date(2026, 6, 30)), grain=Grain.MONTH
    )

    found, counted = asked(shop, query), from_facts(shop, query)

    assert all("daily_sums" in one for one in found.statements)
    assert not any("daily_sums" in one for one in counted.statements)
    assert 0 < found.rows_read <= 181 * 5, "a row for each day and channel"


def test_what_no_grouping_has_comes_from_the_facts(shop: Database) -> None:
    period = Period(date(2026, 1, 1), date(2026, 6, 30))
    query = KpiQuery(metrics=("net_sales",), period=period, dimensions=(Dimension.DEVICE, Dimension.CATEGORY))

    split = asked(shop, query).statements[-1]

    assert "daily_sums" not in split
    assert sum(row.figures[0].value or 0 for row in asked(shop, query).rows) == (
        asked(shop, query).figures[0].value
    )


def test_everything_that_adds_up_is_summed_by_each_of_its_dimensions() -> None:
    for one in SUMMED:
        for dimension in one.fact.splits:
            assert covering(one.fact, frozenset({dimension})), f"{one.fact.name} by {dimension}"
