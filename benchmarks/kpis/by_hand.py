"""Runs the SQL written by hand."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text

from benchmarks.kpis.questions import Question
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.metric import Ratio
from tools.commerce.metrics.tables import compared

Answers = dict[tuple[int, tuple[str | None, ...]], float]
"""By the unit's place and the members."""


def answers_by_hand(database: Database, question: Question, calendar: Calendar) -> Answers:
    """Of the period asked about; what it is compared with is read too, as it must be."""
    query, metric = question.query, BY_NAME[question.query.metrics[0]]
    assert query.period is not None
    periods = [query.period]
    if (before := compared(query.period, query.comparison, calendar)) is not None:
        periods.append(before)
    keys = len(query.dimensions)
    answers: list[Answers] = []
    with database.reading() as session:
        for period in periods:
            rows = session.execute(
                text(_written(question, period, calendar, is_sqlite=database.is_sqlite))
            ).all()
            found: Answers = {}
            for row in rows:
                unit, values = (row[0], row[1:]) if query.grain else (0, row)
                members, amounts = tuple(values[:keys]), values[keys:]
                above = float(amounts[0] or 0)
                value = (
                    above / float(amounts[1]) if isinstance(metric.formula, Ratio) and amounts[1] else above
                )
                found[unit, members] = value / metric.scale
            answers.append(found)
    return answers[0]


def _written(question: Question, period: Period, calendar: Calendar, *, is_sqlite: bool) -> str:
    start, end = (_moment(one, is_sqlite=is_sqlite) for one in calendar.moments(period))
    units = calendar.split(period, question.query.grain) if question.query.grain else ()
    ends = [_moment(calendar.moments(unit)[1], is_sqlite=is_sqlite) for unit in units]
    statement = re.sub(r"\{unit:([\w.]+)\}", lambda found: _case(found[1], ends), question.by_hand)
    seconds = (
        r"(unixepoch(\2) - unixepoch(\1))"
        if is_sqlite
        else r"CAST(FLOOR(EXTRACT(EPOCH FROM (\2 - \1))) AS BIGINT)"
    )
    statement = re.sub(r"\{seconds:([\w.]+):([\w.]+)\}", seconds, statement)
    return statement.replace("{start}", start).replace("{end}", end).replace(":", r"\:")


def _case(moment: str, ends: Sequence[str]) -> str:
    branches = " ".join(f"WHEN {moment} < {end} THEN {place}" for place, end in enumerate(ends))
    return f"CASE {branches} END"


def _moment(moment: datetime, *, is_sqlite: bool) -> str:
    utc = moment.astimezone(UTC)
    return f"'{utc:%Y-%m-%d %H:%M:%S}.000000'" if is_sqlite else f"TIMESTAMPTZ '{utc:%Y-%m-%d %H:%M:%S}+00'"
