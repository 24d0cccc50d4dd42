"""From a form to the canvas with that chart on it."""

from api.charts.bars import draw_bars, draw_contributions
from api.charts.canvas import Canvas, Sheet
from api.charts.colors import Colors
from api.charts.form import ChartForm
from api.charts.heat_map import draw_heat_map
from api.charts.lines import draw_line, draw_lines
from api.charts.panels import draw_panels
from api.charts.wording import Heading
from tools.kpi_cards import ExplanationCard, KpiCard


def drawn(
    card: KpiCard | ExplanationCard, form: ChartForm, heading: Heading, width: int, colors: Colors
) -> Canvas:
    sheet = Sheet.of(heading, width, colors)
    if isinstance(card, ExplanationCard):
        return draw_contributions(card, sheet)
    match form:
        case ChartForm.LINE:
            return draw_line(card, sheet)
        case ChartForm.COLUMNS:
            return draw_line(card, sheet, as_columns=True)
        case ChartForm.LINES:
            return draw_lines(card, sheet)
        case ChartForm.SMALL_MULTIPLES:
            return draw_panels(card, sheet)
        case ChartForm.HEAT_MAP:
            return draw_heat_map(card, sheet)
        case _:
            return draw_bars(card, sheet)
