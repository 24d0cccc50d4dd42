"""The tool that hands the conversation over to a person."""

from datetime import datetime, timedelta
from math import ceil

from langchain.tools import tool
from pydantic import Field

from knowledge.shop_profile import ShopProfile
from tools.arguments import Arguments, Runtime
from tools.commerce import opening_hours
from tools.commerce.database import WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.handoffs import lifecycle, queue
from tools.commerce.handoffs.queue import Outlook
from tools.commerce.schema import Handoff, HandoffReason, HandoffState
from tools.contact import opens_next
from tools.context import ToolAnswer, ToolContext, answer
from tools.handoff_card import BACK_TO_ASSISTANT, HandoffCard

MODEL = "model"
STEP = 5
"""Minutes: a wait is told no more exactly."""


class HandoffArguments(Arguments):
    reason: HandoffReason = Field(
        default=HandoffReason.ASKED,
        description="Why: `asked` for a person; `not_understood` twice; `tool_failed`; `needs_a_person` for what only "
        "people do; `complaint`; `legal_threat`; `injury`; `chargeback`; `fraud`; `privacy` requests.",
    )


@tool(args_schema=HandoffArguments, response_format="content_and_artifact")
async def hand_over_to_person(runtime: Runtime, reason: HandoffReason = HandoffReason.ASKED) -> ToolAnswer:
    """Hand this conversation over to a person of the shop, who reads all of it and goes on here.

    Use it when the shopper wants a person, threatens legal action or a chargeback, was hurt, reports fraud, makes a
    privacy request, or when you could not help twice. Say what `message` says; afterwards the shopper talks to people.
    """
    context = runtime.context

    def work(session: WriteSession) -> HandoffCard:
        handoff = lifecycle.hand_over(
            session,
            context.conversation_id,
            reason,
            MODEL,
            context.now(),
            answer_by(context.shop, context.when),
        )
        return _card(context, handoff, queue.outlook(session, handoff))

    card = await context.write(work)
    return answer(card, cards=(card,), choices=() if card.taken else (BACK_TO_ASSISTANT,))


def answer_by(shop: ShopProfile, when: LocalTime) -> datetime:
    """Until when the shop promises that a person has taken what is handed over now."""
    span = timedelta(minutes=shop.people.answer_within_minutes)
    return opening_hours.after_open_time(shop.contact, when, span)


def _card(context: ToolContext, handoff: Handoff, outlook: Outlook) -> HandoffCard:
    shop, when = context.shop, context.when
    open_now = opening_hours.is_open(shop.contact, when)
    next_opening = None if open_now else opens_next(shop.contact, when)
    taken = handoff.state is HandoffState.TAKEN
    within = _minutes(outlook.usual_wait, shop.people.answer_within_minutes) if open_now else None
    return HandoffCard(
        reason=handoff.reason,
        taken=taken,
        open_now=open_now,
        opens_next=next_opening,
        within_minutes=within,
        ahead=outlook.ahead,
        email=shop.contact.email,
        phone=shop.contact.phone,
        message=_message(taken=taken, within=within, ahead=outlook.ahead, opens_next=next_opening),
    )


def _message(*, taken: bool, within: int | None, ahead: int, opens_next: str | None) -> str:
    if taken:
        return "One of our people is on this conversation already, and answers you here."
    passed_on = (
        "I've passed this conversation to our team; they can read all of it, so you needn't repeat anything."
    )
    if within is not None:
        before = f" {ahead} {'person is' if ahead == 1 else 'people are'} before you." if ahead else ""
        return f"{passed_on}{before} Someone usually answers within {within} minutes, right here."
    if opens_next:
        return f"{passed_on} Nobody is here right now. We're back {opens_next}, and answer then, right here."
    return f"{passed_on} You'll get the answer right here."


def _minutes(usual: timedelta | None, promised: int) -> int:
    """In steps of five, rounded up."""
    minutes = promised if usual is None else ceil(usual / timedelta(minutes=1))
    return max(ceil(minutes / STEP), 1) * STEP
