"""Runs the SQL written by hand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from benchmarks.kpis.questions import Question
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.metric import Metric, Ratio
from tools.commerce.metrics.tables import compared

Key = tuple[int, tuple[str | None, ...]]
"""The unit's place and the members."""
Answers = dict[Key, float]
ALL: Key = (-1, ())
"""The figure of all together, where it is not the sum of its parts."""


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
            written = _Writing(period, calendar, database.is_sqlite)
            found: Answers = {}
            for row in session.execute(text(written.by(question.by_hand, question.query.grain))):
                unit, values = (row[0], row[1:]) if query.grain else (0, row)
                members, amounts = tuple(values[:keys]), values[keys:]
                found[unit, members] = _value(metric, amounts)
            if question.whole_by_hand:
                found[ALL] = _value(
                    metric, session.execute(text(written.by(question.whole_by_hand, None))).one()
                )
            answers.append(found)
    return answers[0]


def _value(metric: Metric, amounts: Sequence[Any]) -> float:
    above = float(amounts[0] or 0)
    is_divided = isinstance(metric.formula, Ratio) and amounts[1]
    return (above / float(amounts[1]) if is_divided else above) / metric.scale


@dataclass(frozen=True)
class _Writing:
    """Fills in what the statements leave open."""

    period: Period
    calendar: Calendar
    is_sqlite: bool

    def by(self, statement: str, grain: Grain | None) -> str:
        start, end = map(self._moment, self.calendar.moments(self.period))
        units = self.calendar.split(self.period, grain) if grain else ()
        ends = [self._moment(self.calendar.moments(unit)[1]) for unit in units]
        statement = re.sub(r"\{unit:([\w.]+)\}", lambda found: _case(found[1], ends), statement)
        seconds = (
            r"(unixepoch(\2) - unixepoch(\1))"
            if self.is_sqlite
            else r"CAST(FLOOR(EXTRACT(EPOCH FROM (\2 - \1))) AS BIGINT)"
        )
        statement = re.sub(r"\{seconds:([\w.]+):([\w.]+)\}", seconds, statement)
        return statement.replace("{start}", start).replace("{end}", end).replace(":", r"\:")

    def _moment(self, moment: datetime) -> str:
        utc = moment.astimezone(UTC)
        if self.is_sqlite:
            return f"'{utc:%Y-%m-%d %H:%M:%S}.000000'"
        return f"TIMESTAMPTZ '{utc:%Y-%m-%d %H:%M:%S}+00'"


def _case(moment: str, ends: Sequence[str]) -> str:
    branches = " ".join(f"WHEN {moment} < {end} THEN {place}" for place, end in enumerate(ends))
    return f"CASE {branches} END"
