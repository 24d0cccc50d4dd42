"""Whether a proposal, or what became of one, is the change that a scenario expects."""

from decimal import Decimal

from bot.evaluation.scenario import Change
from bot.events import ProposalState
from tools.commerce.money import to_major


def is_change(expected: Change, found: ProposalState) -> bool:
    """All but the status, which is judged once everything is over."""
    return (
        expected.kind is found.kind
        and expected.order in {None, found.order_number}
        and _same_lines(expected, found)
        and expected.amount in {None, money_of(found)}
        and (expected.to is None or expected.to.casefold() in _place(found).casefold())
    )


def money_of(found: ProposalState) -> Decimal:
    """To the shopper in major units, or below zero from the shopper."""
    return to_major(found.money.amount, found.money.currency) if found.money else Decimal(0)


def described(found: ProposalState) -> str:
    """`return of FW-1042, lines 1 x2, 24.00 USD to Visa ending in 4242, accepted`."""
    parts = [f"{found.kind.value} of {found.order_number}" if found.order_number else found.kind.value]
    if found.lines:
        parts.append("lines " + ", ".join(f"{line.line} x{line.quantity}" for line in found.lines))
    parts += [f"line {line.line} becomes {line.becomes}" for line in found.lines if line.becomes]
    if found.money:
        parts.append(f"{money_of(found)} {found.money.currency} to {found.money.to}")
    return ", ".join([*parts, found.status.value])


def _same_lines(expected: Change, found: ProposalState) -> bool:
    lines = {line.line: line.quantity for line in found.lines}
    becomes = {line.line: (line.becomes or "").casefold() for line in found.lines}
    return (expected.lines is None or dict(expected.lines) == lines) and all(
        words.casefold() in becomes.get(line, "") for line, words in expected.becomes.items()
    )


def _place(found: ProposalState) -> str:
    return found.money.to if found.money else ""
