"""What a bank sent: a chargeback becomes a dispute with a conversation of its own."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.chat import Services
from api.desk.access import Posted
from api.desk.queue import View, draw_queue
from api.desk.typed_amounts import typed_minor
from bot.errors import ConversationError
from tools import crossing
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import BankCase, Claim
from tools.commerce.handoffs.lifecycle import open_handoff
from tools.commerce.handoffs.queue import Show
from tools.commerce.schema import Dispute, DisputeKind
from tools.commerce.transcript import storable_text

Short = Annotated[str, Form(min_length=1, max_length=40)]

router = APIRouter(include_in_schema=False)


@router.post("/desk/chargebacks")
async def open_chargeback(
    parley: Services,
    at_desk: Posted,
    order_number: Annotated[str, Form(min_length=1, max_length=120)],
    network: Short,
    reason_code: Annotated[str, Form(min_length=1, max_length=20)],
    case_reference: Annotated[str, Form(min_length=1, max_length=80)],
    amount: Annotated[str, Form(max_length=20)],
    respond_by: Annotated[date, Form()],
) -> Response:
    """The amount is in the shop's currency; the answer is due by the end of the day, in the shop's zone."""
    conversations = await parley.conversations()
    when = LocalTime(parley.now(), parley.shop.zone)
    try:
        bank = BankCase(
            network=_clean(network),
            reason_code=_clean(reason_code),
            case_reference=_clean(case_reference),
            amount_minor=typed_minor(amount, parley.shop.currency),
            respond_by=when.end_of(respond_by),
        )
        words = f"{bank.network} took the payment back, for reason {bank.reason_code}."
        claim = Claim(DisputeKind.CHARGEBACK, words, _clean(order_number), bank=bank)
        opened = await conversations.disputes.open_without_conversation(at_desk.colleague, claim)
    except OverflowError:
        problem = "Write the day by which the bank wants an answer."
    except (DisputeError, ConversationError) as error:
        problem = str(error)
    else:
        case_id = await crossing.read(parley.database, lambda session: _case_of(session, opened))
        return RedirectResponse(f"/desk/cases/{case_id}", HTTPStatus.SEE_OTHER)
    return await draw_queue(parley, at_desk, View(Show.DISPUTES), problem, HTTPStatus.CONFLICT)


def _case_of(session: ReadSession, dispute_id: str) -> str:
    handoff = open_handoff(session, session.get_one(Dispute, dispute_id).conversation_id)
    return handoff.id if handoff else ""


def _clean(text: str) -> str:
    return storable_text(text).strip()
