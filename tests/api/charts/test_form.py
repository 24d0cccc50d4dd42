"""The right form for the question."""

import pytest

from api.charts.form import ChartForm, ChartHint, form_of
from tests.api.charts import cards
from tools.commerce.metrics.calendar import Grain
from tools.kpi_cards import ExplanationCard, KpiCard

A_WEEK = [3, 1, 4, 1, 5, 9, 2]


def members(count: int) -> dict[str | None, cards.Values]:
    return {f"Member {at}": A_WEEK for at in range(count)}


CASES: list[tuple[str, KpiCard | ExplanationCard, ChartHint | None, ChartForm]] = [
    ("one figure over time", cards.over_time(A_WEEK), None, ChartForm.LINE),
    ("as a bar chart", cards.over_time(A_WEEK), ChartHint.BAR, ChartForm.COLUMNS),
    ("as a table", cards.over_time(A_WEEK), ChartHint.TABLE, ChartForm.NONE),
    ("so many columns would be hairs", cards.over_time(A_WEEK * 20), ChartHint.BAR, ChartForm.LINE),
    ("a single unit of time", cards.over_time([7], grain=Grain.MONTH), None, ChartForm.NONE),
    ("nothing known", cards.over_time([None, None]), None, ChartForm.NONE),
    ("nothing happened, which is known", cards.over_time([0, 0]), None, ChartForm.LINE),
    ("a few members over time", cards.members_over_time(members(3)), None, ChartForm.LINES),
    ("many members over time", cards.members_over_time(members(5)), None, ChartForm.SMALL_MULTIPLES),
    ("one member over time", cards.members_over_time(members(1)), None, ChartForm.LINE),
    (
        "several figures over time",
        cards.metrics_over_time({"net_sales": A_WEEK, "orders": A_WEEK}),
        None,
        ChartForm.SMALL_MULTIPLES,
    ),
    (
        "what became of the customers of each month",
        cards.metrics_over_time({"retention_30d": ["0.1"] * 6, "retention_90d": ["0.2"] * 6}),
        None,
        ChartForm.HEAT_MAP,
    ),
    ("members", cards.by_member({"web": 5, "app": 3}), None, ChartForm.BARS),
    (
        "members have no order for a line",
        cards.by_member({"web": 5, "app": 3}),
        ChartHint.LINE,
        ChartForm.BARS,
    ),
    ("a single member", cards.by_member({"web": 5}), None, ChartForm.NONE),
    ("the largest of several", cards.by_member({"web": 5}, left_out=3), None, ChartForm.BARS),
    (
        "two dimensions",
        cards.crossed({"Rugs": {"web": 1, "app": 2}, "Lamps": {"web": 3, "app": 4}}),
        None,
        ChartForm.HEAT_MAP,
    ),
    ("one of two is the same", cards.crossed({"Rugs": {"web": 1, "app": 2}}), None, ChartForm.BARS),
    ("why", cards.explanation({"Rugs": (3, 5), "Lamps": (4, 4)}), None, ChartForm.CONTRIBUTIONS),
    ("nothing changed", cards.explanation({"Rugs": (5, 5)}), None, ChartForm.NONE),
]


@pytest.mark.parametrize(
    ("card", "hint", "form"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_form_fits_the_question(
    card: KpiCard | ExplanationCard, hint: ChartHint | None, form: ChartForm
) -> None:
    assert form_of(card, hint) is form
