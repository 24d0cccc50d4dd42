"""The questions about figures themselves: enough of everything, and each right query can be asked of its shop."""

from collections import Counter
from collections.abc import Mapping

import pytest
from pydantic import ValidationError
from sqlalchemy import String, cast, select

from tests.bot.figure_questions import FigureQuestions, Question, figure_questions
from tests.bot.figure_readings import Asks, Kpis, Reading, Unknown, Why
from tools.commerce.database import Database
from tools.commerce.metrics import facts
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.query import Comparison, QueryError, checked
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer

Members = Mapping[Dimension, frozenset[str]]


@pytest.fixture(scope="module")
def asked() -> FigureQuestions:
    return figure_questions()


@pytest.fixture(scope="module")
def databases(figure_databases: Mapping[str, Database]) -> Mapping[str, Database]:
    return figure_databases


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
    naming = [
        one
        for shop in asked.shops
        for one in shop.all_questions
        if any(name in reading.of_metrics for reading in one.readings)
    ]

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
        if (problem := _problem(reading, asked))
    ]

    assert not wrong


def test_every_name_in_a_filter_is_in_the_data(
    asked: FigureQuestions, databases: Mapping[str, Database]
) -> None:
    members = {name: _members(database) for name, database in databases.items()}
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


def test_every_target_that_is_asked_about_is_set(
    asked: FigureQuestions, databases: Mapping[str, Database]
) -> None:
    found = {}
    for shop in asked.shops:
        reporting = Reporting.of(shop.profile, shop.asked_at)
        with databases[shop.name].reading() as session:
            for one in shop.all_questions:
                if isinstance(one.right, Kpis) and one.right.compare is Comparison.TARGET:
                    (figure,) = answer(session, one.right.query, reporting).figures
                    found[one.say] = figure.value is not None and figure.target is not None

    assert len(found) >= 7
    assert all(found.values()), found


def test_no_period_reaches_beyond_today(asked: FigureQuestions) -> None:
    late = [
        one.say
        for shop in asked.shops
        for one in shop.all_questions
        for reading in one.readings
        if isinstance(reading, Kpis | Why) and reading.days and reading.days[1] > shop.today
    ]

    assert not late


def test_a_call_is_right_with_a_comparison_that_nobody_asked_for_and_wrong_with_another_filter(
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
    call = {
        "metrics": ["net_sales"],
        "first_day": "2026-02-01",
        "last_day": "2026-02-28",
        "filters": [{"dimension": "channel", "members": ["Web"]}],
    }

    def is_right(**changes: object) -> bool:
        found = asked.shops[0].reading_of("query_kpis", call | changes)
        assert found
        return question.is_answered_by(found)

    assert is_right()
    assert is_right(compare="previous", grain="day")
    assert not is_right(filters=[])
    assert not is_right(filters=[{"dimension": "channel", "members": ["web"], "exclude": True}])
    assert not is_right(dimensions=["channel"])
    assert not is_right(top=5)
    assert not is_right(last_day="2026-02-27")


def test_a_reason_is_right_for_the_comparison_that_was_asked_for_alone(asked: FigureQuestions) -> None:
    question = Question.model_validate(
        {"say": "why?", "why": "orders", "days": ["2026-02-01", "2026-02-28"], "compare": "year_before"}
    )
    call = {"metric": "orders", "first_day": "2026-02-01", "last_day": "2026-02-28"}

    a_year_before = {"against_first_day": "2025-02-01", "against_last_day": "2025-02-28"}
    january = {"against_first_day": "2026-01-01", "against_last_day": "2026-01-31"}
    for compared, is_right in (
        ({"compare": "year_before"}, True),
        (a_year_before, True),
        ({"compare": "previous"}, False),
        (january, False),
    ):
        found = asked.shops[0].reading_of("explain_change", call | compared)
        assert found
        assert question.is_answered_by(found) is is_right


def test_a_question_back_is_right_with_two_of_the_candidates_and_what_is_unknown_with_one_near() -> None:
    unclear = Question.model_validate(
        {"say": "delivery", "asks": ["on_time_delivery", "delivery_time_median"]}
    )
    unknown = Question.model_validate(
        {"say": "NPS", "unknown": "NPS", "nearest": ["satisfaction", "review_score"]}
    )

    assert unclear.is_answered_by(Asks(asks=("delivery_time_median", "on_time_delivery", "orders")))
    assert not unclear.is_answered_by(Asks(asks=("delivery_time_median", "orders")))
    assert unknown.is_answered_by(Unknown(unknown="nps", nearest=("review_score",)))
    assert not unknown.is_answered_by(Unknown(unknown="nps", nearest=("orders",)))


def _problem(reading: Reading, asked: FigureQuestions) -> str | None:
    """Why it cannot be asked. What is not defined yet cannot be told."""
    if unknown := [one for one in reading.of_metrics if one not in BY_NAME]:
        return None if set(unknown) <= set(asked.coming) else f"no metric {unknown}"
    if not isinstance(reading, Kpis | Why):
        return None
    try:
        metrics = checked(reading.query)
    except (QueryError, ValidationError) as error:
        return str(error)
    needless = [one.name for one in metrics if reading.days and not one.has_history]
    return f"{needless} has no period" if needless else None


def _members(database: Database) -> Members:
    found: dict[Dimension, set[str]] = {dimension: set() for dimension in Dimension}
    with database.reading() as session:
        for fact in vars(facts).values():
            if isinstance(fact, Fact):
                for dimension, column in fact.splits.items():
                    names = session.scalars(select(cast(column, String)).select_from(fact.source).distinct())
                    found[dimension].update(name for name in names if name is not None)
    return {dimension: frozenset(names) for dimension, names in found.items()}
