"""The forms of a dispute: opening one, looking at what an outcome would do, deciding, and what comes before that."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from api.chat import Services
from api.desk.access import AtDesk, Posted
from api.desk.case import Unsent, draw_case, find_case
from api.desk.outcome_facts import planned_outcome
from api.desk.outcome_form import Encoded, OutcomeForm, PickedItems, Words, clean, decoded
from api.parley import Parley
from bot.errors import ConversationError
from tools import crossing
from tools.commerce.changes.plan import Plan
from tools.commerce.database import ReadSession
from tools.commerce.disputes.amending import Amendment
from tools.commerce.disputes.case import DisputeCase, read_dispute
from tools.commerce.disputes.evidence import EvidenceFile
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.picking import is_all
from tools.commerce.disputes.stakes import Claim
from tools.commerce.schema import Dispute, DisputeKind
from tools.commerce.transcript import storable_text

if TYPE_CHECKING:
    from bot.disputes import Disputes

Number = Annotated[str, Form(max_length=120)]
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
    wish = Claim(kind, clean(claim), clean(order_number) or None)
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
    form: Annotated[OutcomeForm, Depends()],
) -> Response:
    """What an outcome would do right now, to be confirmed: the suggested one, or the one that is typed."""
    conversations = await parley.conversations()
    try:
        found = await _found(parley, at_desk, handoff_id, dispute_id)
        wish = form.wish(found, _currency(found.evidence, parley))
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
        wish = decoded(request, dispute_id)
        await disputes.settle(wish, at_desk.colleague, seen_left_minor=seen_left)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/escalate")
async def escalate(
    parley: Services, at_desk: Posted, handoff_id: str, dispute_id: str, reason: Words = ""
) -> Response:
    async def step(disputes: "Disputes") -> None:
        await _found(parley, at_desk, handoff_id, dispute_id)
        await disputes.escalate(dispute_id, at_desk.colleague, clean(reason) or None)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/withdraw")
async def withdraw(
    parley: Services, at_desk: Posted, handoff_id: str, dispute_id: str, reason: Words = ""
) -> Response:
    async def step(disputes: "Disputes") -> None:
        await _found(parley, at_desk, handoff_id, dispute_id)
        await disputes.withdraw(dispute_id, at_desk.colleague, clean(reason) or None)

    return await _step(parley, at_desk, handoff_id, step)


@router.post("/{dispute_id}/amend")
async def amend(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    dispute_id: str,
    kind: Annotated[DisputeKind, Form()],
    items_form: Annotated[PickedItems, Depends()],
    order_number: Number = "",
) -> Response:
    """Its kind, its order, and which items: those that are picked, if it stays with the order that they are of."""

    async def step(disputes: "Disputes") -> None:
        found = await _found(parley, at_desk, handoff_id, dispute_id)
        number = clean(order_number) or None
        items = items_form.picked() if number == found.evidence.dispute.order_number else ()
        if is_all(items, found.lines):
            items = ()
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


def _currency(evidence: EvidenceFile, parley: Parley) -> str:
    return evidence.money.left.currency if evidence.money else parley.shop.currency
