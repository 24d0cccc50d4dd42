"""Days and periods as people say them."""

from calendar import monthrange
from datetime import date

from tools.commerce.metrics.calendar import Grain
from tools.kpi_cards import Span


def period(span: Span) -> str:
    """`October 2026`, `2026`, `Oct 14, 2026`; from one to another with a dash."""
    first, last = span.first, span.last
    months = _whole_months(span)
    if months == 1:
        return f"{first:%B %Y}"
    if months == 12 and first.month == 1:
        return f"{first.year}"
    if months:
        same_year = first.year == last.year
        return f"{first:%B}–{last:%B %Y}" if same_year else f"{first:%B %Y} – {last:%B %Y}"
    if first == last:
        return f"{_day(first)}, {first.year}"
    if first.year != last.year:
        return f"{_day(first)}, {first.year} – {_day(last)}, {last.year}"
    if first.month == last.month:
        return f"{_day(first)}–{last.day}, {last.year}"
    return f"{_day(first)} – {_day(last)}, {last.year}"


def short(span: Span) -> str:
    """For a label: `Sep 2026`, `2025`, `Sep 14`; from one to another with a dash."""
    first, last = span.first, span.last
    months = _whole_months(span)
    if months == 1:
        return f"{first:%b %Y}"
    if months:
        return period(span) if months == 12 and first.month == 1 else f"{first:%b}–{last:%b %Y}"
    if first == last:
        return _day(first)
    return f"{_day(first)}–{last.day}" if first.month == last.month else f"{_day(first)} – {_day(last)}"


def when(span: Span | None) -> str:
    """For the middle of a sentence: `in October`, `on Oct 14`, `from Oct 3 to 14`, `now`."""
    if span is None:
        return "now"
    first, last = span.first, span.last
    months = _whole_months(span)
    if months == 1:
        return f"in {first:%B}"
    if months == 12 and first.month == 1:
        return f"in {first.year}"
    if months and first.year == last.year:
        return f"in {first:%B}–{last:%B}"
    if first == last:
        return f"on {_day(first)}"
    if months:
        return f"from {first:%B %Y} to {last:%B %Y}"
    if first.year != last.year:
        return f"from {_day(first)}, {first.year} to {_day(last)}, {last.year}"
    end = f"{last.day}" if first.month == last.month else _day(last)
    return f"from {_day(first)} to {end}"


def unit_name(span: Span, grain: Grain) -> str:
    """One unit of time by itself: `Oct 14`, `Oct 2026`, `2026`; a week and a quarter from first to last."""
    first, last = span.first, span.last
    match grain:
        case Grain.DAY:
            return _day(first)
        case Grain.WEEK:
            end = f"{last.day}" if first.month == last.month else _day(last)
            return _day(first) if first == last else f"{_day(first)}–{end}"
        case Grain.MONTH:
            return f"{first:%b %Y}"
        case Grain.QUARTER:
            return f"{first:%b}–{last:%b %Y}"
        case Grain.YEAR:
            return f"{first.year}" if first.year == last.year else f"{first:%b %Y} – {last:%b %Y}"


def unit_start(span: Span, grain: Grain) -> str:
    """Where a unit of time begins, as shortly as can be: `Oct 14`, `Oct 2026`, `2026`."""
    if grain in {Grain.DAY, Grain.WEEK}:
        return _day(span.first)
    return f"{span.first.year}" if grain is Grain.YEAR else f"{span.first:%b %Y}"


def _whole_months(span: Span) -> int:
    """How many calendar months the span is made of; 0 where it does not begin and end with one."""
    first, last = span.first, span.last
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"
