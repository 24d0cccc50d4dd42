"""What is typed to decide a dispute, as the request that it stands for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Form

from api.desk.typed_amounts import typed_minor
from tools.commerce.changes.requests import Correction, DisputeOutcomeRequest, LineWish, RulingWish, SwapWish
from tools.commerce.disputes.case import DisputeCase
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.schema import OutcomeKind
from tools.commerce.transcript import storable_text

MOST_CHARS = 4000
OF_ITEMS = frozenset({OutcomeKind.REFUND, OutcomeKind.REPLACEMENT, OutcomeKind.RETURN_LABEL})
"""The outcomes that are about some items; the others are about an amount, or about nothing."""

Words = Annotated[str, Form(max_length=MOST_CHARS)]
Amount = Annotated[str, Form(max_length=20)]
Encoded = Annotated[str, Form(max_length=20_000)]
"""JSON of a request, as the page had it: who may carry it out is checked like that of any other."""
Numbers = Annotated[Sequence[int], Form(max_length=500)]
Counts = Annotated[Sequence[str], Form(max_length=500)]


@dataclass
class PickedItems:
    """Lines by their numbers, and beside each how many of it."""

    line: Numbers = ()
    quantity: Counts = ()

    def wishes(self) -> Iterator[LineWish]:
        """Raises DisputeError."""
        for line, typed in zip(self.line, self.quantity, strict=False):
            if (quantity := _count(typed)) > 0:
                yield LineWish(line=line, quantity=quantity)

    def picked(self) -> tuple[LineWish, ...]:
        """Nothing where the form had no items. Raises DisputeError where it had some, and none was picked."""
        found = tuple(self.wishes())
        if self.line and not found:
            raise DisputeError("malformed", "Pick at least one item.")
        return found


@dataclass
class OutcomeForm(PickedItems):
    """`request` is an outcome as the page suggested it; else the fields say what it is."""

    sku: Annotated[Sequence[str], Form(max_length=500)] = ()
    """Of each line, the version that a replacement is of; empty for the same again."""
    request: Encoded = ""
    outcome: Annotated[OutcomeKind | None, Form()] = None
    amount: Amount = ""
    with_shipping: Annotated[bool, Form()] = False
    goods_come_back: Annotated[bool, Form()] = False
    ground: Annotated[Sequence[str], Form()] = ()
    reasons: Words = ""
    instead_of: Annotated[int | None, Form()] = None
    """A refund that was refused: store credit is given in its place."""
    ruled_on: Annotated[date | None, Form()] = None
    """Of a bank's letter; then `amount` is what the bank keeps."""
    reason_code: Annotated[str, Form(max_length=20)] = ""

    corrects: Annotated[str, Form(max_length=36)] = ""
    """The outcome whose ruling was noted wrongly, and below why it is put right."""
    why: Words = ""

    def wish(self, found: DisputeCase, currency: str) -> DisputeOutcomeRequest:
        """Amounts are typed in `currency`. Raises DisputeError."""
        dispute_id = found.evidence.dispute.id
        if self.request:
            return decoded(self.request, dispute_id)
        outcome = self.outcome or OutcomeKind.REFUSAL
        told = [one for one in found.grounds if one.code in self.ground and one.may_be_told]
        own = filter(None, map(clean, self.reasons.splitlines()))
        minor = typed_minor(self.amount, currency) if self.amount.strip() else None
        ruling = None
        if self.ruled_on is not None:
            code = clean(self.reason_code) or None
            ruling = RulingWish(ruled_on=self.ruled_on, kept_minor=minor, reason_code=code)
        picked = self.picked() if outcome in OF_ITEMS else ()
        skus = dict(zip(self.line, self.sku, strict=False)) if outcome is OutcomeKind.REPLACEMENT else {}
        correction = Correction(of=self.corrects, why=clean(self.why)) if self.corrects else None
        return DisputeOutcomeRequest(
            dispute_id=dispute_id,
            outcome=outcome,
            items=tuple(
                SwapWish(line=one.line, quantity=one.quantity, sku=skus.get(one.line) or None)
                for one in picked
            ),
            amount_minor=None if ruling else minor,
            with_shipping=self.with_shipping,
            goods_come_back=self.goods_come_back,
            reasons=(*(one.sentence for one in told), *own),
            rules=tuple(one.rule for one in told if one.rule),
            instead_of=self.instead_of,
            ruling=ruling,
            correction=correction,
        )


def decoded(request: str, dispute_id: str) -> DisputeOutcomeRequest:
    """Raises DisputeError."""
    try:
        wish = DisputeOutcomeRequest.model_validate_json(request)
    except ValueError:
        raise DisputeError("malformed", "That form is not one of this page. Please look again.") from None
    if wish.dispute_id != dispute_id:
        raise DisputeError("malformed", "That form is of another dispute. Please look again.")
    return wish


def clean(text: str) -> str:
    return storable_text(text.replace("\r\n", "\n")).strip()


def _count(typed: str) -> int:
    """None of it where nothing was typed. Raises DisputeError."""
    number = typed.strip()
    if number and not (number.isascii() and number.isdigit() and len(number) <= 6):
        raise DisputeError("malformed", "Write how many of each item as a whole number, like 2.")
    return int(number or 0)
