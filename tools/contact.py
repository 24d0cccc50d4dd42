"""The tool that says how to reach the shop's people."""

from datetime import datetime, timedelta

from langchain.tools import tool

from knowledge.shop_profile import Contact, OpeningHours, Weekday
from tools.arguments import Runtime
from tools.cards import ContactCard
from tools.commerce import opening_hours
from tools.commerce.days import LocalTime
from tools.context import ToolAnswer, answer_with_card

DAYS = tuple(Weekday)


@tool(response_format="content_and_artifact")
async def get_contact_details(runtime: Runtime) -> ToolAnswer:
    """Give the shop's e-mail, phone and opening hours, and whether people answer right now.

    Use it when somebody asks how or when to reach the shop.
    """
    return answer_with_card(contact_card(runtime.context.shop.contact, runtime.context.when))


def contact_card(contact: Contact, when: LocalTime) -> ContactCard:
    open_now = opening_hours.is_open(contact, when)
    return ContactCard(
        email=contact.email,
        phone=contact.phone,
        hours=f"{_spoken_week(contact)} ({_zone_name(when)})",
        open_now=open_now,
        opens_next=None if open_now else opens_next(contact, when),
    )


def opens_next(contact: Contact, when: LocalTime) -> str | None:
    """`today at 8 a.m.`, `tomorrow at 9 a.m.`, `Monday at 8 a.m.`; None if the shop is never open."""
    opening = opening_hours.opens_next(contact, when)
    if opening is None:
        return None
    ahead = (opening.date() - when.today) // timedelta(days=1)
    named = {0: "today", 1: "tomorrow"}.get(ahead, DAYS[opening.weekday()].capitalize())
    return f"{named} at {_spoken(opening.hour, opening.minute)}"


def _spoken_week(contact: Contact) -> str:
    """Days of the same hours together: `Monday to Friday 8 a.m. to 8 p.m., Sunday closed`."""
    runs: list[tuple[Weekday, Weekday, OpeningHours | None]] = []
    for day in DAYS:
        hours = contact.hours[day]
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return ", ".join(f"{_span(first, last)} {_spoken_hours(hours)}" for first, last, hours in runs)


def _span(first: Weekday, last: Weekday) -> str:
    return first.capitalize() if first is last else f"{first.capitalize()} to {last.capitalize()}"


def _spoken_hours(hours: OpeningHours | None) -> str:
    if hours is None:
        return "closed"
    opens = _spoken(hours.open.hour, hours.open.minute)
    return f"{opens} to {_spoken(hours.close.hour, hours.close.minute)}"


def _spoken(hour: int, minute: int) -> str:
    minutes = f":{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{minutes} {'a.m.' if hour < 12 else 'p.m.'}"


def _zone_name(when: LocalTime) -> str:
    moment: datetime = when.now.astimezone(when.zone)
    return f"{moment:%Z}" if f"{moment:%Z}".isalpha() else f"UTC{moment:%z}"
