"""A case in sentences, for the staff who answer it."""

from collections.abc import Sequence
from datetime import date

from bot.embedded.wording.phrases import counted, on_day, sentence, unlinked
from knowledge.wording import listed
from tools.case_facts import CaseFacts, ClaimFacts, ClaimKind, EarlierCaseFacts

MOST_TOLD = 5
NOBODY = "They have not proved who they are, so I can't tell what there was with them before."
ASKED = "asked for a person"
_PROVED = {
    "anonymous": "they have proved nothing",
    "order": "they have shown that an order is theirs, and have not signed in",
    "account": "they are signed in",
}


def before(case: CaseFacts, today: date) -> str:
    """What they claimed before, and their earlier cases."""
    if case.proved == "anonymous" and not case.earlier_cases:
        return NOBODY
    counts = [
        counted(len(found), kind)
        for kind in ClaimKind
        if (found := [claim for claim in case.claims if claim.kind is kind])
    ]
    if case.earlier_cases:
        counts.append(counted(len(case.earlier_cases), "earlier case"))
    whose = "of this order" if case.proved == "order" else "of this customer"
    if not counts:
        return f"Nothing is on record {whose}: no refund, no return, no dispute and no earlier case."
    told = [_claim(claim, today) for claim in case.claims[:MOST_TOLD]]
    told += [_earlier(one, today) for one in case.earlier_cases[:MOST_TOLD]]
    lines = "\n".join(f"- {line}" for line in told)
    return f"On record {whose}: {listed(counts)}.\n{lines}"


def who(case: CaseFacts, _: date) -> str:
    """By name, and what they have proved."""
    name = ", ".join(text for text in (case.name, case.email) if text)
    proof = _PROVED.get(case.proved, case.proved)
    return sentence(f"it is {unlinked(name)}: {proof}" if name else f"nobody knows: {proof}")


def about(case: CaseFacts, today: date) -> str:
    """Why it was handed over, what they wrote last, and what was proposed."""
    reason = ASKED if case.reason == "asked" else case.reason
    said = [f"{sentence(reason)[:-1]}, handed over {on_day(case.handed_over_on, today)}, {case.state}."]
    said.append(who(case, today))
    if case.shopper_wrote:
        words = " / ".join(unlinked(text) for text in case.shopper_wrote)
        said.append(f"They wrote: “{words}”")
    if case.proposals:
        said.append(sentence(f"proposed: {'; '.join(case.proposals)}"))
    if case.orders:
        said.append(sentence(f"orders: {listed([order.number for order in case.orders[:MOST_TOLD]])}"))
    return " ".join(said)


def bought(case: CaseFacts, today: date) -> str:
    """How much, since when, and the newest orders."""
    if not case.orders:
        return "I see no order of theirs" + ("." if case.proved == "account" else ": " + NOBODY)
    newest = [
        f"{order.number}{f', {on_day(order.placed_on, today)}' if order.placed_on else ''}: "
        f"{order.total.text}, {order.status.value}"
        for order in case.orders[:MOST_TOLD]
    ]
    lines = "\n".join(f"- {line}" for line in newest)
    since = f", the first {on_day(case.first_order_on, today)}" if case.first_order_on else ""
    spent = f", {listed([money.text for money in case.spent])} in all" if case.spent else ""
    shown = "" if len(newest) == case.total_orders else " The newest:"
    return f"{sentence(counted(case.total_orders, 'order') + spent + since)}{shown}\n{lines}"


def _claim(claim: ClaimFacts, today: date) -> str:
    parts: Sequence[str | None] = (
        claim.kind.value.capitalize(),
        f"of {claim.amount.text}" if claim.amount else None,
        f"for {claim.order_number}" if claim.order_number else None,
        on_day(claim.on, today) if claim.on else None,
    )
    aside = ", ".join(text for text in (claim.about and unlinked(claim.about), claim.ended) if text)
    return f"{' '.join(part for part in parts if part)} ({aside})"


def _earlier(case: EarlierCaseFacts, today: date) -> str:
    done = f": {'; '.join(case.done)}" if case.done else ""
    return f"Case {on_day(case.on, today)} ({case.reason}, {case.state}){done}"
