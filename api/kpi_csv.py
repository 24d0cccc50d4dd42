"""Figures as CSV: one home for every channel."""

import csv
import io
from decimal import Decimal

from tools.commerce.metrics.metric import Unit
from tools.commerce.money import exponent
from tools.kpi_cards import FigureFacts, KpiCard, MetricFacts

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def kpi_csv(card: KpiCard) -> str:
    """The card's rows, or its whole where there are none; RFC 4180, with a header.

    Each metric has its figure, and where there is a comparison the one before. Figures are plain numbers in the
    metric's unit, money in the currency that the header names; one that cannot be computed is left empty.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["first_day", "last_day", *(one.value for one in card.dimensions), *_names(card)])
    if not card.rows:
        writer.writerow([*_days(card, None), *_figures(card, card.total)])
    for index, row in enumerate(card.rows):
        members = [_harmless(member or "") for member in row.members]
        writer.writerow([*_days(card, index), *members, *_figures(card, row.figures)])
    return out.getvalue()


def _names(card: KpiCard) -> list[str]:
    named = [f"{one.name} {card.currency}" if one.unit is Unit.MONEY else one.name for one in card.metrics]
    return [column for name in named for column in _with_before(card, name, f"{name} before")]


def _days(card: KpiCard, index: int | None) -> list[str]:
    span = (card.rows[index].span if index is not None else None) or card.span
    return [span.first.isoformat(), span.last.isoformat()] if span else ["", ""]


def _figures(card: KpiCard, figures: tuple[FigureFacts, ...]) -> list[str]:
    cells = []
    for metric, figure in zip(card.metrics, figures, strict=True):
        now, before = (_number(value, metric, card.currency) for value in (figure.value, figure.before))
        cells += _with_before(card, now, before)
    return cells


def _number(value: str | None, metric: MetricFacts, currency: str) -> str:
    if value is None or metric.unit is not Unit.MONEY:
        return value or ""
    return f"{Decimal(value).scaleb(-exponent(currency)):f}"


def _with_before(card: KpiCard, now: str, before: str) -> list[str]:
    return [now, before] if card.compared_to else [now]


def _harmless(text: str) -> str:
    """A name that a spreadsheet would take for a formula, as text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
