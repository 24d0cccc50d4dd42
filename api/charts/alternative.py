"""What a chart shows, in words: for those who hear it, and where images are not loaded."""

from collections.abc import Sequence
from decimal import Decimal

from api.charts import dates
from api.charts.content import Course, Point, changed, courses, members, number
from api.charts.form import ChartForm
from api.charts.names import member_name
from api.charts.scale import Scale
from api.charts.wording import Heading
from tools.commerce.metrics.calendar import Grain
from tools.kpi_cards import ExplanationCard, KpiCard

LONGEST = 1000
"""What Slack takes for an image."""
_NAMED = 5
_KINDS = {
    ChartForm.LINE: "Line chart",
    ChartForm.COLUMNS: "Column chart",
    ChartForm.LINES: "Line chart",
    ChartForm.SMALL_MULTIPLES: "Small line charts",
    ChartForm.BARS: "Bar chart",
    ChartForm.HEAT_MAP: "Shaded table",
    ChartForm.CONTRIBUTIONS: "Bar chart",
}


def alternative(card: KpiCard | ExplanationCard, form: ChartForm, heading: Heading) -> str:
    """The heading, then highest, lowest, last and change, or the largest members; at most LONGEST characters."""
    told = [f"{heading.title}.", f"{_KINDS[form]}: {heading.subtitle}."]
    if isinstance(card, ExplanationCard):
        told.append(_parts(card))
    elif card.grain and form is not ChartForm.BARS:
        told += [_course(course) for course in courses(card)[:_NAMED]]
    else:
        told.append(_members(card))
    text = " ".join([*told, heading.notes]).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _course(course: Course) -> str:
    name = course.name or course.scale.metric.title
    known = [(point.value, point) for point in course.points if point.value is not None]
    if not known:
        return f"{name}: not known."
    ends = {
        "highest": max(known, key=lambda one: one[0]),
        "lowest": min(known, key=lambda one: one[0]),
        "last": known[-1],
    }
    told = [
        f"{what} {course.scale.text(value)} ({_unit(point, course.grain)})"
        for what, (value, point) in ends.items()
    ]
    unknown = len(course.points) - len(known)
    if unknown:
        told.append(f"not known for {unknown} of {len(course.points)}")
    return f"{name}: {', '.join(told)}."


def _unit(point: Point, grain: Grain) -> str:
    if point.is_partial:
        return f"{dates.short(point.span)}{' so far' if point.is_open else ''}"
    return dates.unit_name(point.span, grain)


def _members(card: KpiCard) -> str:
    scale = Scale(card.metrics[0], card.currency)
    found = members(card)
    told = []
    for member in found[:_NAMED]:
        figure = member.figures[0]
        value = number(figure.value)
        change = f", {change}" if (change := changed(scale, figure)) else ""
        told.append(f"{member.name} {'not known' if value is None else scale.text(value)}{change}")
    more = len(found) - len(told) + card.left_out
    return _listed(told, more)


def _parts(card: ExplanationCard) -> str:
    driver = card.drivers[0]
    scale = Scale(card.metric, card.currency)
    told = [
        f"{member_name([one.member], [driver.dimension])} {scale.difference(Decimal(one.part_value))}"
        for one in driver.members
    ]
    if others := Decimal(driver.others_value):
        told.append(f"all others {scale.difference(others)}")
    return _listed(told, 0)


def _listed(told: Sequence[str], more: int) -> str:
    return "; ".join([*told, *([f"and {more} more"] if more else [])]) + "."
