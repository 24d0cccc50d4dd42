"""The tool that opens a case for what only the shop's people can settle."""

from langchain.tools import tool
from pydantic import Field

from knowledge.shop_profile import ShopProfile
from tools.arguments import Arguments, OrderNumber, Runtime
from tools.cards import Refusal
from tools.commerce import reach
from tools.commerce.changes.requests import LineWish
from tools.commerce.database import WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes import claims
from tools.commerce.disputes.claims import Opened, about
from tools.commerce.disputes.stakes import Claim
from tools.commerce.handoffs import queue
from tools.commerce.identity import principal_of
from tools.commerce.schema import DisputeKind, HandoffState
from tools.context import ToolAnswer, answer
from tools.dispute_card import DisputeCard
from tools.facts import Money
from tools.handoff_card import BACK_TO_ASSISTANT
from tools.handoffs import answer_by, handoff_card
from tools.proposals import Items

NOTED = "I've opened a case for our team: {about}."
NOTED_BEFORE = "There is a case for that already, and I've added what you wrote: {about}."
ANSWER_BY = "You'll have their decision by {day}."


class DisputeArguments(Arguments):
    kind: DisputeKind = Field(
        description="What is claimed: `not_received`; `damaged`; `not_as_described`; `wrong_item`; `missing_item` from "
        "a parcel that came; `refund_not_received`; `unknown_charge` that they don't recognize; `double_charge`; "
        "`chargeback`; `other`."
    )
    order_number: OrderNumber | None = Field(
        None, description="The order it is about; leave out if the person can't say or show one."
    )
    items: Items | None = Field(
        None, description="Which lines of the order, and how many; leave out for all of it."
    )


@tool(args_schema=DisputeArguments, response_format="content_and_artifact")
async def open_dispute(
    runtime: Runtime,
    kind: DisputeKind,
    order_number: str | None = None,
    items: Items | None = None,
) -> ToolAnswer:
    """Open a case that the shop's people settle, and hand this conversation over to them.

    Use it when something went wrong that no proposal puts right: a parcel marked delivered that is not there, a
    refund that did not come, a charge they don't know, or when a proposal was refused and the person insists. Their
    own words are noted with it. It changes nothing else. Say what `message` says.
    """
    context = runtime.context
    wishes = tuple(LineWish(line=one.line, quantity=one.quantity) for one in items or ())

    def work(session: WriteSession) -> tuple[DisputeCard, bool] | Refusal:
        talk, shop, when = context.conversation_id, context.shop, context.when
        claim = Claim(kind, claims.words_of(session, talk), order_number, wishes)
        by = principal_of(session, talk)
        due = answer_by(shop, when)
        opened = claims.open_dispute(session, talk, claim, by, context.rulebook, shop.people, due)
        if isinstance(opened, Refusal):
            return opened
        return opened_card(session, opened, shop, when), opened.handoff.state is HandoffState.TAKEN

    done = await context.write(work)
    if isinstance(done, Refusal):
        return answer(done)
    card, is_taken = done
    return answer(card, cards=(card,), choices=() if is_taken else (BACK_TO_ASSISTANT,))


def opened_card(session: WriteSession, opened: Opened, shop: ShopProfile, when: LocalTime) -> DisputeCard:
    """What the shopper is told of it."""
    dispute = opened.dispute
    has_address = reach.address_of(session, dispute.conversation_id) is not None
    outlook = queue.outlook(session, opened.handoff, shop.language)
    handed_over = handoff_card(shop, when, opened.handoff, outlook, has_address=has_address)
    # The last moment of the day before, where it ends at midnight.
    day = claims.answer_day(dispute, when)
    told = about(dispute.kind, opened.order_number, opened.items)
    noted = (NOTED if opened.is_new else NOTED_BEFORE).format(about=told)
    until = ANSWER_BY.format(day=f"{day:%A, %B} {day.day}")
    at_stake = None
    if dispute.amount_minor is not None and dispute.currency is not None:
        at_stake = Money.of(dispute.amount_minor, dispute.currency)
    return DisputeCard(
        reference=claims.reference_of(dispute),
        claim=dispute.kind,
        order_number=opened.order_number,
        items=opened.items,
        at_stake=at_stake,
        answer_by=day,
        is_new=opened.is_new,
        message=f"{noted} {handed_over.message} {until}",
    )
