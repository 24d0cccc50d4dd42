"""What a call of one of the tools that read figures means."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.bot.figure_readings import Kpis, Members, Why
from tools.kpis import ExplainArguments, KpiArguments, PeriodArguments


def called(tool: str, arguments: Mapping[str, Any]) -> Kpis | Why | None:
    """The reading that a call of a tool shows; None of one that reads no figures. Raises ValidationError."""
    if tool == "query_kpis":
        kpis = KpiArguments.model_validate(arguments)
        return Kpis(
            metrics=kpis.metrics,
            days=_days(kpis),
            grain=kpis.grain,
            by=kpis.dimensions,
            only=_members(kpis, excluded=False),
            without=_members(kpis, excluded=True),
            compare=kpis.compare,
            against=_other_days(kpis),
            size=(kpis.bound.side, kpis.bound.value) if kpis.bound else None,
            top=kpis.top,
            ascending=kpis.ascending,
            shares=kpis.shares,
            running=kpis.running,
        )
    if tool == "explain_change":
        why = ExplainArguments.model_validate(arguments)
        return Why(
            why=why.metric,
            days=_days(why),
            by=why.dimensions,
            only=_members(why, excluded=False),
            without=_members(why, excluded=True),
            compare=why.compare,
            against=_other_days(why),
        )
    return None


def _days(asked: PeriodArguments) -> tuple[date, date] | None:
    return (asked.first_day, asked.last_day) if asked.first_day and asked.last_day else None


def _other_days(asked: PeriodArguments) -> tuple[date, date] | None:
    first, last = asked.against_first_day, asked.against_last_day
    return (first, last) if first and last else None


def _members(asked: PeriodArguments, *, excluded: bool) -> Members:
    return {one.dimension: one.members for one in asked.filters if one.exclude is excluded}
