"""What may still be sent back, in sentences."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from bot.embedded.wording.phrases import day, sentence
from knowledge.wording import listed
from tools.returnable_card import ReturnableCard, ReturnableLine


class Asked(StrEnum):
    UNTIL = "until"
    """The last day."""
    MONEY = "money"
    """What would be given back."""
    WHICH = "which"
    """Which items can still come back at all."""


def outlook(card: ReturnableCard, asked: Asked, today: date, *, is_named: bool) -> str:
    """`is_named` where some lines were named: then what may not come back is said of each."""
    may = [line for line in card.lines if line.refusal is None]
    may_not = [line for line in card.lines if line.refusal is not None]
    if not may:
        return _refusals(may_not) if may_not else "I see nothing that could be sent back."
    said = [_money(card, may)] if asked is Asked.MONEY else _days(may, today)
    if may_not and is_named:
        said.append(_refusals(may_not))
    elif may_not and asked is Asked.WHICH:
        said.append("Nothing else can come back just like that.")
    return " ".join(said)


def _money(card: ReturnableCard, may: Sequence[ReturnableLine]) -> str:
    names = listed([_counted(line) for line in may])
    if card.back is None:
        paid = listed([f"{line.paid.text} for {_counted(line)}" for line in may])
        in_all = f", {card.items.text} in all" if card.items and len(may) > 1 else ""
        return f"You paid {paid}{in_all}. What would be taken off for a return, I can only tell when you ask for it."
    if len(card.parts) < 2:
        return f"You would get {card.back.text} back for {names}."
    parts = "; ".join(f"{part.label} {part.amount.text}" for part in card.parts)
    return (
        f"You would get {card.back.text} back for {names} ({parts}). The reason for a return may change that."
    )


def _days(may: Sequence[ReturnableLine], today: date) -> list[str]:
    grouped: dict[str, list[str]] = {}
    for line in may:
        grouped.setdefault(_until(line, today), []).append(_counted(line))
    return [sentence(f"{listed(names)} can come back {until}") for until, names in grouped.items()]


def _until(line: ReturnableLine, today: date) -> str:
    if line.always:
        return "at any time"
    if line.until is None:
        return "if a person finds that it is still in time: I don't know when it arrived"
    return f"until {day(line.until, today)}"


def _refusals(lines: Sequence[ReturnableLine]) -> str:
    return " ".join(dict.fromkeys(line.refusal for line in lines if line.refusal))


def _counted(line: ReturnableLine) -> str:
    return f"{line.quantity} x {line.name}" if line.quantity > 1 else line.name
