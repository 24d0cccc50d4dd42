"""Figures in words: the figure, its change and what it is compared to, the largest parts, and what the figure means."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from knowledge.wording import listed
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import Comparison
from tools.kpi_cards import DriverFacts, ExplanationCard, FigureFacts, KpiCard, KpiRow, Span

MOST_ROWS = 5
MOST_MEMBERS = 3
NO_NAME = "no name"
NONE_AT_ALL = "What had none at all in these days is not listed."
UNRANKED = "I did not understand of what to show the first or the last, so it is the whole."
UNCOMPARED = "I did not understand what to compare it with, so nothing is compared."
_CLOSED = frozenset(
    {Dimension.PAYMENT_METHOD, Dimension.REASON, Dimension.CUSTOMER_KIND, Dimension.STATUS, Dimension.CHANNEL}
)
"""Whose members are not named by the shop: `debit_card`."""
DAY = timedelta(days=1)


def answered(card: KpiCard) -> str:
    said = [_whole(card)]
    if len(card.metrics) == 1 and card.rows:
        said.append(_rows(card))
    said += card.notes
    meaning = [f"{one.title}: {one.definition}" for one in card.metrics[:1]] if len(card.metrics) == 1 else []
    return "\n\n".join([" ".join(filter(None, said)), *meaning])


def explained(card: ExplanationCard) -> str:
    then = card.figure.before_text or "not known"
    said = [
        f"{card.metric.title}, {span(card.span)}{_only(card.filters)}: {card.figure.text}, {card.change} from {then} "
        f"({span(card.compared_to)})."
    ]
    if card.drivers:
        said.append(_driver(card.drivers[0]))
        said += [f"Also by {_dimension(one.dimension)}: {_parts(one)}." for one in card.drivers[1:2]]
        said.append("These are parts of the change, not its causes.")
    else:
        said.append("Nothing stands out: no split tells the two periods apart.")
    return "\n\n".join([" ".join(said), f"{card.metric.title}: {card.metric.definition}"])


def defined(metric: Metric) -> str:
    by = listed(sorted(one.replace("_", " ") for one in metric.dimensions))
    counted = f"Counted {metric.time_basis}." if metric.has_history else "Known as it is now only."
    return f"{metric.title}: {metric.definition} {counted} It can be split by {by}."


def catalog(metrics: Sequence[Metric]) -> str:
    titles = ", ".join(metric.title.lower() for metric in metrics)
    splits = listed(sorted({one.replace("_", " ") for metric in metrics for one in metric.dimensions}))
    return (
        f"You can ask me for: {titles}.\n\nEach by day, week, month, quarter or year, and, as far as it goes, "
        f"by {splits}; for any of their members; against the period before, last year or a target; and why.\n\n"
        "For example: “net sales last week by channel”, “top 5 products by return rate this quarter”, "
        "“why did orders drop last month?”, “how is net sales defined?”"
    )


def which_metric(metrics: Sequence[Metric]) -> str:
    return f"Which figure do you mean: {listed([metric.title.lower() for metric in metrics], 'or')}?"


def unknown_metric(words: str, nearest: Metric | None) -> str:
    said = f"I don't know “{words}”." if words else "I don't know which figure that is."
    if nearest is None:
        return f"{said} Ask “what can I ask?” for all that there are."
    return f"{said} The nearest that I have is {nearest.title.lower()}: {nearest.definition}"


def unknown_ratio(above: Metric, below: Metric) -> str:
    return f"I have no figure of {above.title.lower()} divided by {below.title.lower()}; I can show both."


def both_label(metrics: Sequence[Metric]) -> str:
    first, *others = [metric.title for metric in metrics]
    return listed([first, *(title.lower() for title in others)])


def unknown_cut(words: str, metric: Metric) -> str:
    by = listed(sorted(_dimension(one) for one in metric.dimensions))
    return f"I can't split {metric.title.lower()} by “{words}”; it can be split by {by}."


def uncut_label(metric: Metric) -> str:
    return f"{metric.title} in total"


def daily_label(metric: Metric) -> str:
    return f"{metric.title} by day"


def not_finer(words: str) -> str:
    return (
        f"I can't tell figures apart by hour or by day of the week (“{words}”); days are the finest I have."
    )


def undated(metric: Metric) -> str:
    return f"{metric.title} is known as it is now only, not over other days."


def unbounded(words: str) -> str:
    return (
        f"I can pick brands, countries and the like by their figure, but not here: “{words}” is not applied."
    )


def with_notes(answer: str, notes: Sequence[str]) -> str:
    """The notes after what is answered, before what the figure means."""
    said, *meaning = answer.split("\n\n")
    return "\n\n".join([" ".join([said, *notes]), *meaning])


def cut_label(metric: Metric, dimension: Dimension) -> str:
    return f"{metric.title} by {_dimension(dimension)}"


def which_member(words: str, dimensions: Sequence[Dimension]) -> str:
    return f"“{words}” can be a {listed([_dimension(one) for one in dimensions], 'or')}. Which do you mean?"


def unknown_member(words: str, near: Sequence[str]) -> str:
    said = f"I find nothing called “{words}” among the shop's figures"
    return f"{said}; the nearest is {listed(near, 'or')}." if near else f"{said}, so I give none for it."


def not_told_by(metric: Metric, lost: Sequence[Dimension]) -> str:
    names = listed([one.replace("_", " ") for one in lost], "or")
    return f"{metric.title} is not known by {names}, so that is left out here."


def unchanged(text: str) -> str:
    return f"I did not understand what “{text}” asks of that figure. Try naming it with a period, a split or a filter."


def not_begun(period: Period) -> str:
    return f"{span(Span.of(period))} has not begun, so there are no figures for it yet. I don't forecast."


def member_label(dimension: Dimension, members: Sequence[str]) -> str:
    named = members[0] if len(members) == 1 else f"{len(members)} {_dimension(dimension)}s"
    return f"{_dimension(dimension).capitalize()} {named}"


def span(days: Span) -> str:
    """`March 2026`, `March 9 to 15, 2026`, `2025`, `March 17, 2026`."""
    first, last = days.first, days.last
    if first == last:
        return f"{first:%B} {first.day}, {first.year}"
    starts_month, ends_month = first.day == 1, (last + DAY).day == 1
    if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31):
        return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return (
            f"{first:%B} {first.year}"
            if starts_month and ends_month
            else f"{first:%B} {first.day} to {last.day}, {first.year}"
        )
    if starts_month and ends_month:
        return f"{first:%B}{'' if first.year == last.year else f' {first.year}'} to {last:%B} {last.year}"
    opening = f"{first:%B} {first.day}" + ("" if first.year == last.year else f", {first.year}")
    return f"{opening} to {last:%B} {last.day}, {last.year}"


def _whole(card: KpiCard) -> str:
    when = f", {span(card.span)}" if card.span else ""
    told = [
        f"{metric.title}{when}{_only(card.filters)}: {_figure(figure, card)}."
        if place == 0
        else f"{metric.title}: {_figure(figure, card)}."
        for place, (metric, figure) in enumerate(zip(card.metrics, card.total, strict=True))
    ]
    return " ".join(told) if len(told) == 1 else "\n".join(told)


def _figure(figure: FigureFacts, card: KpiCard) -> str:
    said = figure.text
    if card.comparison is Comparison.TARGET:
        if figure.target_text is None:
            return f"{said}; there is no target for it"
        beyond = f" ({figure.beyond_target_text})" if figure.beyond_target_text else ""
        return f"{said}, against a target of {figure.target_text}{beyond}"
    if card.compared_to is None:
        return said
    before = figure.before_text or "not known"
    if figure.change_text is None:
        return f"{said} ({span(card.compared_to)}: {before})"
    return f"{said}, {figure.change_text} from {before} ({span(card.compared_to)})"


def _rows(card: KpiCard) -> str:
    if card.grain and not card.dimensions:
        return _course(card)
    if card.grain:
        return ""
    by = listed([_dimension(one) for one in card.dimensions])
    shown = [_row(row, card) for row in card.rows[:MOST_ROWS]]
    more = len(card.rows) - len(shown) + card.left_out
    return f"By {by}: {'; '.join(shown)}" + (f"; and {more} more." if more else ".")


def _row(row: KpiRow, card: KpiCard) -> str:
    name = " / ".join(_member(one, member) for one, member in zip(card.dimensions, row.members, strict=True))
    figure = row.figures[0]
    share = f" ({figure.share_text})" if figure.share_text else ""
    change = f" ({figure.change_text})" if figure.change_text and not share else ""
    return f"{name} {figure.text}{share}{change}"


def _course(card: KpiCard) -> str:
    """The highest and the lowest of the units; where it is added up as it goes, where that stands."""
    known = [(Decimal(row.figures[0].value), row) for row in card.rows if row.figures[0].value is not None]
    if len(known) < 2:
        return ""
    last = card.rows[-1].figures[0]
    if last.running_text:
        return f"Added up to {last.running_text} by {_unit(card.rows[-1])}."
    high, low = max(known, key=lambda one: one[0])[1], min(known, key=lambda one: one[0])[1]
    return f"Highest: {_unit(high)} ({high.figures[0].text}); lowest: {_unit(low)} ({low.figures[0].text})."


def _unit(row: KpiRow) -> str:
    return span(row.span) if row.span else ""


def _driver(driver: DriverFacts) -> str:
    return f"By {_dimension(driver.dimension)}: {_parts(driver)}."


def _parts(driver: DriverFacts) -> str:
    parts = [f"{_member(driver.dimension, one.member)} {one.part}" for one in driver.members[:MOST_MEMBERS]]
    left = len(driver.members) - len(parts)
    return "; ".join(parts) + (f"; and {left} more" if left > 0 else "")


def _member(dimension: Dimension, member: str | None) -> str:
    if member is None:
        return NO_NAME
    return member.replace("_", " ") if dimension in _CLOSED else member


def _only(filters: Sequence[str]) -> str:
    return f" ({'; '.join(filters)})" if filters else ""


def _dimension(dimension: Dimension) -> str:
    return dimension.value.replace("_", " ")
