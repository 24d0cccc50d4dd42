"""Which form of chart answers the question of a card."""

import re
from enum import StrEnum

from tools.kpi_cards import ExplanationCard, KpiCard

MOST_LINES = 4
"""More lines than this cross each other too often to be told apart."""
MOST_COLUMNS = 62


class ChartForm(StrEnum):
    NONE = "none"
    """A single figure, or nothing known: the words say it all."""
    LINE = "line"
    """One figure over time, with what it is compared to."""
    COLUMNS = "columns"
    """The same as columns."""
    LINES = "lines"
    """A few members over time."""
    SMALL_MULTIPLES = "small_multiples"
    """Many members, or several figures, over time: a small chart each."""
    BARS = "bars"
    """Members, the largest first."""
    HEAT_MAP = "heat_map"
    """Members of two dimensions, or cohorts after so many days: a table whose cells are shaded."""
    CONTRIBUTIONS = "contributions"
    """What each member added to a change."""


class ChartHint(StrEnum):
    """What somebody asked for; followed where it makes sense."""

    LINE = "line"
    BAR = "bar"
    TABLE = "table"


def form_of(card: KpiCard | ExplanationCard, hint: ChartHint | None = None) -> ChartForm:
    """NONE where a picture would say no more than the words, and for a table, which needs none."""
    if hint is ChartHint.TABLE:
        return ChartForm.NONE
    if isinstance(card, ExplanationCard):
        return ChartForm.CONTRIBUTIONS if card.drivers else ChartForm.NONE
    if all(figure.value is None for row in card.rows for figure in row.figures):
        return ChartForm.NONE
    units = len({row.span for row in card.rows}) if card.grain else 1
    return _over_time(card, units, hint) if units > 1 else _of_members(card, hint)


def is_of_cohorts(card: KpiCard) -> bool:
    """Whether its metrics are one figure after so many days each, over time: what became of each month's customers."""
    names = {re.sub(r"\d+", "", metric.name) for metric in card.metrics}
    return len(card.metrics) > 1 and len(names) == 1 and card.grain is not None and not card.dimensions


def _over_time(card: KpiCard, units: int, hint: ChartHint | None) -> ChartForm:
    if is_of_cohorts(card):
        return ChartForm.HEAT_MAP
    members = len({row.members for row in card.rows})
    if members > MOST_LINES or (members == 1 and len(card.metrics) > 1):
        return ChartForm.SMALL_MULTIPLES
    if members > 1:
        return ChartForm.LINES
    if hint is ChartHint.BAR and units <= MOST_COLUMNS:
        return ChartForm.COLUMNS
    return ChartForm.LINE


def _of_members(card: KpiCard, hint: ChartHint | None) -> ChartForm:
    if not card.dimensions or (len(card.rows) == 1 and not card.left_out):
        return ChartForm.NONE
    spread = all(len({row.members[place] for row in card.rows}) > 1 for place in range(len(card.dimensions)))
    if len(card.dimensions) > 1 and spread and hint is not ChartHint.BAR:
        return ChartForm.HEAT_MAP
    return ChartForm.BARS
