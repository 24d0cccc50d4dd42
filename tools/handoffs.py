"""The tool that hands the conversation over to a person."""

from datetime import datetime, timedelta
from math import ceil

from langchain.tools import tool
from pydantic import Field

from knowledge.shop_profile import ShopProfile
from tools.arguments import Arguments, Runtime
from tools.commerce import opening_hours, reach
from tools.commerce.database import WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.handoffs import lifecycle, queue, routing
from tools.commerce.handoffs.queue import Outlook
from tools.commerce.schema import Handoff, HandoffReason, HandoffState
from tools.contact import opens_next
from tools.context import ToolAnswer, answer
from tools.handoff_card import BACK_TO_ASSISTANT, HandoffCard
from tools.languages import NAMES

MODEL = "model"
STEP = 5
"""Minutes: a wait is told no more exactly."""

TAKEN = "One of our people is on this conversation already, and answers you here."
PASSED_ON = (
    "I've passed this conversation to our team; they can read all of it, so you needn't repeat anything."
)
MAILED = "If you've left by then, an e-mail tells you that there is an answer."
NOT_WRITTEN = "Nobody on our team writes {theirs}, so the answer may come in {ours}."
LEAVE_ADDRESS = "Leave your e-mail address here, and an e-mail tells you when there is an answer."


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

    talk, shop, when = context.conversation_id, context.shop, context.when
    card = await context.write(lambda session: handed_over(session, talk, reason, MODEL, shop, when))
    return answer(card, cards=(card,), choices=() if card.taken else (BACK_TO_ASSISTANT,))


def handed_over(
    session: WriteSession,
    conversation_id: str,
    reason: HandoffReason,
    actor: str,
    shop: ShopProfile,
    when: LocalTime,
) -> HandoffCard:
    """The conversation waits for a person from now on, or has done before."""
    wanted = routing.needs(session, conversation_id, reason, shop.people, when.now)
    by = answer_by(shop, when)
    handoff = lifecycle.hand_over(session, conversation_id, reason, actor, when.now, by, wanted)
    has_address = reach.address_of(session, conversation_id) is not None
    outlook = queue.outlook(session, handoff, shop.language)
    return handoff_card(shop, when, handoff, outlook, has_address=has_address)


def answer_by(shop: ShopProfile, when: LocalTime) -> datetime:
    """Until when the shop promises that a person has taken what is handed over now."""
    span = timedelta(minutes=shop.people.answer_within_minutes)
    return opening_hours.after_open_time(shop.contact, when, span)


def reply_by(shop: ShopProfile, when: LocalTime) -> datetime:
    """Until when whoever has taken it is to answer a shopper who waits from now on."""
    span = timedelta(minutes=shop.people.reply_within_minutes)
    return opening_hours.after_open_time(shop.contact, when, span)


def handoff_card(
    shop: ShopProfile, when: LocalTime, handoff: Handoff, outlook: Outlook, *, has_address: bool
) -> HandoffCard:
    """What the shopper can count on, truly."""
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
        message=TAKEN
        if taken
        else _message(within=within, ahead=outlook.ahead, opens_next=next_opening, has_address=has_address)
        + _language(outlook.nobody_writes, shop.language),
    )


def _message(*, within: int | None, ahead: int, opens_next: str | None, has_address: bool) -> str:
    if within is not None:
        before = f" {ahead} {'person is' if ahead == 1 else 'people are'} before you." if ahead else ""
        mailed = f" {MAILED}" if has_address else ""
        return f"{PASSED_ON}{before} Someone usually answers within {within} minutes, right here.{mailed}"
    mailed = MAILED if has_address else LEAVE_ADDRESS
    if opens_next:
        return f"{PASSED_ON} Nobody is here right now. We're back {opens_next}, and answer then, right here. {mailed}"
    return f"{PASSED_ON} You'll get the answer right here. {mailed}"


def _language(unwritten: str | None, ours: str) -> str:
    return f" {NOT_WRITTEN.format(theirs=NAMES[unwritten], ours=NAMES.get(ours, ours))}" if unwritten else ""


def _minutes(usual: timedelta | None, promised: int) -> int:
    """In steps of five, rounded up."""
    minutes = promised if usual is None else ceil(usual / timedelta(minutes=1))
    return max(ceil(minutes / STEP), 1) * STEP
