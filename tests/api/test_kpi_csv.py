"""Figures as a file that spreadsheets read, and execute nothing of."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from api.kpi_csv import kpi_csv
from tests.api.slack.test_drawing import KPI, METRIC
from tools.commerce.metrics.metric import Unit
from tools.kpi_cards import FigureFacts, KpiRow


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.text(max_size=20))
def test_no_name_becomes_a_formula(name: str) -> None:
    row = KpiRow(members=(name,), figures=KPI.total)

    (_, cells) = read(kpi_csv(KPI.model_copy(update={"rows": (row,)})))

    assert cells[2].removeprefix("'") == name.removeprefix("'")
    assert not cells[2].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_money_is_in_its_currency_and_what_is_not_known_is_empty() -> None:
    visits = METRIC.model_copy(update={"name": "visits", "unit": Unit.COUNT})
    card = KPI.model_copy(
        update={
            "metrics": (METRIC, visits),
            "dimensions": (),
            "total": (*KPI.total, FigureFacts(text="not known")),
            "rows": (),
        }
    )

    assert read(kpi_csv(card)) == [
        ["first_day", "last_day", "net_sales USD", "net_sales USD before", "visits", "visits before"],
        ["2026-03-01", "2026-03-31", "1.00", "0.50", "", ""],
    ]
