"""How a bank's chargeback ends: the shop accepts it, or contests it, and then the bank rules.

The bank moves the money by itself. What it keeps is written down, so that the shop does not give it once more.
"""

from tools.cards import Refusal
from tools.commerce.changes.dispute_terms import Case
from tools.commerce.changes.effects import Goods, RulingEffect
from tools.commerce.changes.lines import Chosen, choose, paid_for
from tools.commerce.money import format_money
from tools.commerce.schema import BankRuling, OutcomeKind, Ruling

OF_BANK = frozenset({OutcomeKind.REFUND, OutcomeKind.CONTEST, OutcomeKind.WON, OutcomeKind.LOST})
"""The outcomes of a bank's chargeback; the last three are of nothing else."""

NOT_OF_BANK = Refusal(code="not_of_the_bank", message="Only a bank's chargeback is contested, won or lost.")
BANK_DECIDES = Refusal(
    code="of_the_bank",
    message="The bank has this money: accept its chargeback, contest it, or note how it ruled.",
)
CONTESTED_BEFORE = Refusal(
    code="contested_before", message="The bank has the shop's answer already: note how it rules."
)
LETTER_NEEDED = Refusal(code="ruling_needed", message="Say from which day the bank's ruling is.")
NOT_YET = Refusal(code="ruling_ahead", message="A ruling can't be from a day that has yet to come.")
KEEPS_NOTHING = Refusal(
    code="ruling_amount", message="Of what the shop has won, the bank keeps nothing: leave the amount out."
)


def ruling_of(case: Case) -> RulingEffect | Refusal | None:
    """What ends it; None of an answer to the bank, which ends nothing yet."""
    at_stake = case.dispute.amount_minor or 0
    if case.request.outcome is OutcomeKind.CONTEST:
        return CONTESTED_BEFORE if case.dispute.contested_at else None
    if case.request.outcome is OutcomeKind.REFUND:
        return RulingEffect(ruling=Ruling.ACCEPTED, ruled_at=case.planning.when.now, kept_minor=at_stake)
    letter, is_won = case.request.ruling, case.request.outcome is OutcomeKind.WON
    if letter is None:
        return LETTER_NEEDED
    if letter.ruled_on > case.planning.when.today:
        return NOT_YET
    kept = letter.kept_minor
    if is_won and kept is not None:
        return KEEPS_NOTHING
    if kept is not None and kept > at_stake:
        most = format_money(at_stake, case.dispute.currency or case.currency)
        return Refusal(
            code="ruling_amount", message=f"The bank had taken {most}: it can't keep more than that."
        )
    return RulingEffect(
        ruling=Ruling.WON if is_won else Ruling.LOST,
        ruled_at=case.planning.when.start_of(letter.ruled_on),
        kept_minor=0 if is_won else at_stake if kept is None else kept,
        reason_code=letter.reason_code,
    )


def goods_of(case: Case, ruling: RulingEffect | None) -> tuple[Goods, tuple[Chosen, ...]]:
    """What the bank keeps the price of counts as given back; of a part of the price, the items are as they were."""
    if case.order is None or ruling is None or not ruling.kept_minor:
        return Goods.UNTOUCHED, ()
    order = case.order
    chosen = choose(order, case.claimed() or None)
    if not isinstance(chosen, tuple):
        return Goods.UNTOUCHED, ()
    paid = sum(paid_for(order, one.line, one.quantity) for one in chosen)
    return (case.goods, chosen) if paid <= ruling.kept_minor else (Goods.UNTOUCHED, ())


def row_of(dispute_id: str, ruling: RulingEffect) -> BankRuling:
    return BankRuling(
        dispute_id=dispute_id,
        ruling=ruling.ruling,
        ruled_at=ruling.ruled_at,
        taken_minor=ruling.kept_minor,
        reason_code=ruling.reason_code,
    )
