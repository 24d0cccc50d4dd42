"""When the shop's people are there."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from knowledge.shop_profile import Contact, OpeningHours, Weekday
from tools.commerce.days import LocalTime

AHEAD = 8
"""Days: a week, and the same weekday once more."""


def is_open(contact: Contact, when: LocalTime) -> bool:
    return any(start <= when.now < end for start, end in _shifts(contact, when, 1))


def opens_next(contact: Contact, when: LocalTime) -> datetime | None:
    """The next opening after now, in the shop's zone; None if the shop is never open."""
    return next((start for start, _ in _shifts(contact, when, AHEAD) if start > when.now), None)


def after_open_time(contact: Contact, when: LocalTime, span: timedelta) -> datetime:
    """The moment at which the shop will have been open for `span` from now; `span` later if it never is."""
    left = span
    while left > timedelta(0):
        shifts = [(max(start, when.now), end) for start, end in _shifts(contact, when, AHEAD)]
        ahead = [(start, end) for start, end in shifts if start < end]
        if not ahead:
            return when.now + left
        for start, end in ahead:
            if end - start >= left:
                return start + left
            left -= end - start
        when = LocalTime(ahead[-1][1], when.zone)
    return when.now


def hours_on(contact: Contact, day: date) -> OpeningHours | None:
    return contact.hours[tuple(Weekday)[day.weekday()]]


def _shifts(contact: Contact, when: LocalTime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """From when to when people are there, of today and the days after it."""
    for ahead in range(days):
        day = when.today + timedelta(days=ahead)
        if hours := hours_on(contact, day):
            yield (
                datetime.combine(day, hours.open, when.zone),
                datetime.combine(day, hours.close, when.zone),
            )
