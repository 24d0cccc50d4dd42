"""The forms of a dispute: opening one, looking at what an outcome would do, deciding, and what comes before that."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.bootstrap import Parley
from api.chat import Services
from api.desk.access import AtDesk, Posted
from api.desk.case import MOST_CHARS, Unsent, draw_case, find_case
from api.desk.dispute_facts import planned_outcome
from bot.errors import ConversationError
from tools import crossing
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.requests import DisputeOutcomeRequest, LineWish
from tools.commerce.database import ReadSession
from tools.commerce.disputes.amending import Amendment
from tools.commerce.disputes.case import DisputeCase, read_dispute
from tools.commerce.disputes.evidence import EvidenceFile
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import Claim
from tools.commerce.money import MoneyError, to_minor
from tools.commerce.schema import Dispute, DisputeKind, OutcomeKind
from tools.commerce.transcript import storable_text

if TYPE_CHECKING:
    from bot.disputes import Disputes

Words = Annotated[str, Form(max_length=MOST_CHARS)]
Number = Annotated[str, Form(max_length=120)]
Amount = Annotated[str, Form(max_length=20)]
Encoded = Annotated[str, Form(max_length=20_000)]
"""JSON of a request, as the page had it: who may carry it out is checked like that of any other."""
Step = Callable[["Disputes"], Awaitable[object]]

router = APIRouter(prefix="/desk/cases/{handoff_id}/disputes", include_in_schema=False)


@router.post("")
async def open_one(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    kind: Annotated[DisputeKind, Form()],
    claim: Words = "",
    order_number: Number = "",
) -> Response:
    """Whoever is at the desk may; the same claim again joins the one that is open."""
    case = await find_case(parley, at_desk, handoff_id)
    wish = Claim(kind, _clean(claim), _clean(order_number) or None)
    if not wish.words:
        return await _told(parley, at_desk, handoff_id, "Say in a sentence what is claimed.")

    def step(disputes: "Disputes") -> Awaitable[object]:
        return disputes.open(case.handoff.conversation_id, at_desk.colleague, wish)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/preview")
async def preview(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    dispute_id: str,
    request: Encoded = "",
    outcome: Annotated[OutcomeKind | None, Form()] = None,
    amount: Amount = "",
    with_shipping: Annotated[bool, Form()] = False,
    goods_come_back: Annotated[bool, Form()] = False,
    ground: Annotated[Sequence[str], Form()] = (),
    reasons: Words = "",
) -> Response:
    """What an outcome would do right now, to be confirmed: the suggested one as `request`, or the one that is typed."""
    conversations = await parley.conversations()
    try:
        found = await _found(parley, at_desk, handoff_id, dispute_id)
        if request:
            wish = _decoded(request, dispute_id)
        else:
            told = [one for one in found.grounds if one.code in ground and one.may_be_told]
            wish = DisputeOutcomeRequest(
                dispute_id=dispute_id,
                outcome=outcome or OutcomeKind.REFUSAL,
                amount_minor=_minor(amount, _currency(found.evidence, parley)),
                with_shipping=with_shipping,
                goods_come_back=goods_come_back,
                reasons=(*(one.sentence for one in told), *filter(None, map(_clean, reasons.splitlines()))),
                rules=tuple(one.rule for one in told if one.rule),
            )
        planned = await conversations.disputes.preview(wish, at_desk.colleague)
    except (DisputeError, ConversationError) as error:
        return await _told(parley, at_desk, handoff_id, str(error))
    if not isinstance(planned, Plan):
        return await _told(parley, at_desk, handoff_id, getattr(planned, "message", "Please say more."))
    money = found.evidence.money
    shown = planned_outcome(planned, wish, money.left.amount if money else None)
    return await draw_case(parley, at_desk, handoff_id, Unsent(planned=shown))


@router.post("/{dispute_id}/settle")
async def settle(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    dispute_id: str,
    request: Encoded,
    seen_left: Annotated[int | None, Form()] = None,
) -> Response:
    """Decide it as it was shown, once; what has changed since then is told instead."""

    async def step(disputes: "Disputes") -> None:
        await _found(parley, at_desk, handoff_id, dispute_id)
        wish = _decoded(request, dispute_id)
        await disputes.settle(wish, at_desk.colleague, seen_left_minor=seen_left)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/escalate")
async def escalate(
    parley: Services, at_desk: Posted, handoff_id: str, dispute_id: str, reason: Words = ""
) -> Response:
    async def step(disputes: "Disputes") -> None:
        await _found(parley, at_desk, handoff_id, dispute_id)
        await disputes.escalate(dispute_id, at_desk.colleague, _clean(reason) or None)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/withdraw")
async def withdraw(
    parley: Services, at_desk: Posted, handoff_id: str, dispute_id: str, reason: Words = ""
) -> Response:
    async def step(disputes: "Disputes") -> None:
        await _found(parley, at_desk, handoff_id, dispute_id)
        await disputes.withdraw(dispute_id, at_desk.colleague, _clean(reason) or None)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/amend")
async def amend(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    dispute_id: str,
    kind: Annotated[DisputeKind, Form()],
    order_number: Number = "",
) -> Response:
    """Its kind and its order; the items stay where the order does."""

    async def step(disputes: "Disputes") -> None:
        facts = (await _found(parley, at_desk, handoff_id, dispute_id)).evidence.dispute
        number = _clean(order_number) or None
        lines = facts.lines if number == facts.order_number else ()
        items = tuple(LineWish(line=line.line, quantity=line.quantity) for line in lines)
        await disputes.amend(dispute_id, at_desk.colleague, Amendment(kind, number, items))

    return await _step(parley, at_desk, handoff_id, step)


async def _found(parley: Parley, at_desk: AtDesk, handoff_id: str, dispute_id: str) -> DisputeCase:
    """A dispute of the conversation of this case. Raises DisputeError, TurnedAway."""
    case = await find_case(parley, at_desk, handoff_id)

    def read(session: ReadSession) -> DisputeCase | None:
        dispute = session.get(Dispute, storable_text(dispute_id))
        if dispute is None or dispute.conversation_id != case.handoff.conversation_id:
            return None
        return read_dispute(session, dispute.id, at_desk.principal, parley.rulebook())

    found = await crossing.read(parley.database, read)
    if found is None:
        raise DisputeError("unknown_dispute", "There is no such dispute in this conversation.")
    return found


async def _step(parley: Parley, at_desk: AtDesk, handoff_id: str, step: Step) -> Response:
    """Take it; what cannot be done is told on the page. Raises TurnedAway."""
    await find_case(parley, at_desk, handoff_id)
    conversations = await parley.conversations()
    try:
        await step(conversations.disputes)
    except (DisputeError, ConversationError) as error:
        return await _told(parley, at_desk, handoff_id, str(error))
    return RedirectResponse(f"/desk/cases/{handoff_id}", HTTPStatus.SEE_OTHER)


async def _told(parley: Parley, at_desk: AtDesk, handoff_id: str, problem: str) -> Response:
    return await draw_case(parley, at_desk, handoff_id, Unsent(problem), HTTPStatus.CONFLICT)


def _decoded(request: str, dispute_id: str) -> DisputeOutcomeRequest:
    """Raises DisputeError."""
    try:
        decoded = DisputeOutcomeRequest.model_validate_json(request)
    except ValidationError:
        raise DisputeError("malformed", "That form is not one of this page. Please look again.") from None
    if decoded.dispute_id != dispute_id:
        raise DisputeError("malformed", "That form is of another dispute. Please look again.")
    return decoded


def _currency(evidence: EvidenceFile, parley: Parley) -> str:
    return evidence.money.left.currency if evidence.money else parley.shop.currency


def _minor(amount: str, currency: str) -> int | None:
    """None where nothing was typed. Raises DisputeError."""
    typed = amount.strip()
    if not typed:
        return None
    try:
        minor = to_minor(Decimal(typed), currency)
    except (InvalidOperation, MoneyError, ValueError, OverflowError):
        minor = 0
    if minor <= 0:
        raise DisputeError("malformed", f"Write the amount as a number, like 12.50, in {currency}.")
    return minor


def _clean(text: str) -> str:
    return storable_text(text.replace("\r\n", "\n")).strip()
