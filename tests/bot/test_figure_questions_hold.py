"""The questions about figures themselves: enough of everything, and each right query can be asked of its shop."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import String, cast, select

from tests.bot.figure_questions import FigureQuestions, Kpis, Question, Reading, Why, figure_questions
from tests.bot.figure_shop import build
from tools.commerce.database import Database
from tools.commerce.metrics import facts
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.metric import Metric

Members = Mapping[Dimension, frozenset[str]]


@pytest.fixture(scope="module")
def asked() -> FigureQuestions:
    return figure_questions()


@pytest.fixture(scope="module")
def members(
    asked: FigureQuestions, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Members]:
    """What the data of each shop know in each dimension."""
    found: dict[str, Members] = {}
    for shop in asked.shops:
        path = tmp_path_factory.mktemp(shop.name) / "parley.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{path}")
        build(shop, database)
        found[shop.name] = _members(database)
        database.close()
    return found


def test_there_are_enough_of_every_kind(asked: FigureQuestions) -> None:
    alone = [one for shop in asked.shops for kind in shop.questions.values() for one in kind]
    chains = [chain for shop in asked.shops for chain in shop.chains]
    readings = [one.right for shop in asked.shops for one in shop.all_questions]
    kpis = [one for one in readings if isinstance(one, Kpis)]

    assert len(alone) >= 240
    assert len(chains) >= 40
    for shop in asked.shops:
        said = Counter(one.say.casefold() for kind in shop.questions.values() for one in kind)
        assert said.most_common(1)[0][1] == 1, said.most_common(1)
    assert len({one.days for one in kpis}) >= 80
    assert {one.grain for one in kpis} >= set(Grain)
    assert Counter(type(one) for one in readings)[Why] >= 16
    assert min(Counter(dimension for one in kpis for dimension in one.by).values()) >= 2


@pytest.mark.parametrize("name", sorted([*BY_NAME, *figure_questions().coming]))
def test_every_metric_is_asked_for_at_least_four_times(asked: FigureQuestions, name: str) -> None:
    naming = [one for shop in asked.shops for one in shop.all_questions if name in one.right.of_metrics]

    assert len(naming) >= 4, [one.say for one in naming]


@pytest.mark.parametrize("dimension", list(Dimension))
def test_every_dimension_is_split_and_filtered_by(asked: FigureQuestions, dimension: Dimension) -> None:
    kpis = [one.right for shop in asked.shops for one in shop.all_questions if isinstance(one.right, Kpis)]

    assert sum(dimension in one.by or dimension in one.only or dimension in one.without for one in kpis) >= 4


def test_every_right_query_can_be_asked(asked: FigureQuestions) -> None:
    wrong = [
        (one.say, problem)
        for shop in asked.shops
        for one in shop.all_questions
        for reading in one.readings
        for problem in _problems(reading, asked)
    ]

    assert not wrong


def test_every_name_in_a_filter_is_in_the_data(
    asked: FigureQuestions, members: Mapping[str, Members]
) -> None:
    unknown = [
        (shop.name, one.say, name)
        for shop in asked.shops
        for one in shop.all_questions
        for reading in one.readings
        if isinstance(reading, Kpis | Why)
        for filters in (reading.only, reading.without)
        for dimension, names in filters.items()
        for name in names
        if name not in members[shop.name][dimension]
    ]

    assert not unknown


def test_no_period_reaches_beyond_today(asked: FigureQuestions) -> None:
    late = [
        one.say
        for shop in asked.shops
        for one in shop.all_questions
        for reading in one.readings
        if isinstance(reading, Kpis | Why) and reading.period and reading.period.last > shop.today
    ]

    assert not late


def test_a_query_is_right_with_a_comparison_that_nobody_asked_for_and_wrong_with_another_filter(
    asked: FigureQuestions,
) -> None:
    question = Question.model_validate(
        {
            "say": "web sales",
            "metrics": ["net_sales"],
            "days": ["2026-02-01", "2026-02-28"],
            "only": {"channel": ["web"]},
        }
    )
    right = question.right
    assert isinstance(right, Kpis)

    assert question.is_answered_by(right.model_copy(update={"compare": "previous", "grain": Grain.DAY}))
    assert question.is_answered_by(right.model_copy(update={"only": {Dimension.CHANNEL: ("Web",)}}))
    assert not question.is_answered_by(right.model_copy(update={"only": {}}))
    assert not question.is_answered_by(right.model_copy(update={"by": (Dimension.CHANNEL,)}))
    assert not question.is_answered_by(right.model_copy(update={"top": 5}))


def _problems(reading: Reading, asked: FigureQuestions) -> Iterator[str]:
    for name in reading.of_metrics:
        if name in asked.coming:
            continue
        metric = BY_NAME.get(name)
        if metric is None:
            yield f"no metric {name}"
        elif isinstance(reading, Kpis | Why):
            yield from _misfits(reading, metric)


def _misfits(reading: Kpis | Why, metric: Metric) -> Iterator[str]:
    if metric.has_history != (reading.period is not None):
        yield f"{metric.name} with the period {reading.period}"
    for dimension in (*reading.by, *reading.only, *reading.without):
        if dimension not in metric.dimensions:
            yield f"{metric.name} by {dimension}"


def _members(database: Database) -> Members:
    found: dict[Dimension, set[str]] = {dimension: set() for dimension in Dimension}
    with database.reading() as session:
        for fact in vars(facts).values():
            if isinstance(fact, Fact):
                for dimension, column in fact.splits.items():
                    names = session.scalars(select(cast(column, String)).select_from(fact.source).distinct())
                    found[dimension].update(name for name in names if name is not None)
    return {dimension: frozenset(names) for dimension, names in found.items()}
