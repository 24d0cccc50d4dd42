"""Where money goes and comes from, as parts of sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence

from knowledge.wording import counted, listed
from tools.commerce.changes.plan import Movement
from tools.commerce.money import format_money
from tools.commerce.policy import Policy
from tools.commerce.schema import EntryStatus, LedgerEntry, LedgerKind


def given_to(movements: Iterable[Movement], currency: str) -> str:
    """`$20.00 to Visa ending in 4242 and $14.20 to gift card`."""
    return _joined((m for m in movements if m.kind is not LedgerKind.CHARGE), currency, "to")


def taken_from(movements: Iterable[Movement], currency: str) -> str:
    return _joined((m for m in movements if m.kind is LedgerKind.CHARGE), currency, "from")


def money_steps(movements: Iterable[Movement], policy: Policy) -> tuple[str, ...]:
    """When the money of a cancellation or a change is back."""
    kinds = {movement.kind for movement in movements}
    steps = []
    if LedgerKind.REFUND in kinds:
        within = counted(policy.cancellation.refund_within_days, "business day")
        steps.append(f"We refund the payment within {within}.")
    if LedgerKind.RELEASE in kinds:
        shows = counted(policy.payments.authorization_release_days.model_dump(), "business day")
        steps.append(f"We lift the hold on your payment; your bank shows it as gone after {shows}.")
    return tuple(steps)


def money_rules(movements: Iterable[Movement]) -> tuple[str, ...]:
    kinds = {movement.kind for movement in movements}
    told = {
        LedgerKind.REFUND: "cancellation.refund_within_days",
        LedgerKind.RELEASE: "payments.authorization_release_days",
    }
    return tuple(rule for kind, rule in told.items() if kind in kinds)


def refused_by_gateway(entries: Sequence[LedgerEntry]) -> list[str]:
    """What the payment gateway would not give back; after the next steps, which promise it."""
    failed = [entry for entry in entries if entry.status is EntryStatus.FAILED]
    return [
        f"But {format_money(entry.amount_minor, entry.currency)} could not be sent back that way. "
        "Our team has to look at it, so it takes longer."
        for entry in failed
    ]


def _joined(movements: Iterable[Movement], currency: str, preposition: str) -> str:
    sums: Counter[str] = Counter()
    for movement in movements:
        sums[movement.to] += movement.amount_minor
    return listed([f"{format_money(sum_, currency)} {preposition} {to}" for to, sum_ in sums.items()])
