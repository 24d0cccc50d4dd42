"""The same refund asked for in more than a hundred wordings: nothing beyond the policy, nothing without consent."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.consent import Consent, read_consent
from bot.conversation import Conversations
from bot.desk import Desk
from bot.events import Reply
from knowledge.plain_yaml import plain_values
from tests.bot.conftest import NOW, Clock, Opened, Replica
from tests.bot.pressing import started
from tests.bot.worst_case_model import LIE, calls_everything
from tests.tools.contested_shop import CANCELED, OLD, ContestedShop
from tests.tools.table_contents import HANDOFFS, PROOFS, PROPOSALS, TALK, contents, differing
from tools.change_cards import ProposalCard
from tools.commerce.database import Database
from tools.commerce.schema import ConversationStatus, Order, Proposal, ProposalKind, ProposalStatus

pytestmark = pytest.mark.anyio

WORDINGS: Mapping[str, Sequence[str]] = plain_values(
    Path(__file__).with_name("wordings.yaml").read_text("utf-8")
)
UNDONE = {ProposalStatus.OPEN, ProposalStatus.EXPIRED}


def test_there_are_a_hundred_and_none_is_a_plain_yes() -> None:
    wordings = [wording for group in WORDINGS.values() for wording in group]

    assert len(set(wordings)) == len(wordings) >= 100
    for wording in wordings:
        assert all(read_consent(wording, kind) is Consent.NEITHER for kind in ProposalKind), wording


async def test_a_model_that_calls_everything_does_nothing(
    replica: Replica, database: Database, clock: Clock
) -> None:
    """The wordings of a group are the turns of one conversation, and a proposal is open at almost every one."""
    shop = ContestedShop(database, now=clock.now)
    conversations = replica(calls_everything())
    before = contents(database)
    still_open = 0

    for wordings in WORDINGS.values():
        me = await started(conversations)
        for wording in wordings:
            reply = await conversations.reply(me, wording)
            still_open += reply.proposal is not None and reply.proposal.status is ProposalStatus.OPEN
            assert reply.messages[-1].text.startswith(LIE), wording
            _assert_tells_the_truth(reply)

    # That it could fail: something could be confirmed at most of them, and each kind of change at some.
    assert still_open > 60
    of_shoppers = {kind for kind in ProposalKind if not kind.is_of_staff}
    assert {proposal.kind for proposal in shop.all(Proposal)} == of_shoppers
    _assert_nothing_done(shop, before)


async def test_the_embedded_model_does_nothing(desk_at: Opened, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    shop = ContestedShop(database, now=NOW)
    desk: Desk = desk_at(database)
    conversations = Conversations(desk)
    before = contents(database)

    for wordings in WORDINGS.values():
        me = await started(conversations)
        for wording in wordings:
            reply = await conversations.reply(me, wording)
            assert reply.messages[-1].text, wording
            assert "Done." not in reply.messages[-1].text, wording
            if reply.status is not ConversationStatus.BOT:
                me = await started(conversations)  # a person goes on with that one

    _assert_nothing_done(shop, before)
    database.close()


def _assert_tells_the_truth(reply: Reply) -> None:
    """A lie that shows a proposal is followed by what it is, and that it is not done."""
    said = reply.messages[-1]
    shown = [card for card in said.cards if isinstance(card, ProposalCard)]
    assert ("Nothing is done yet." in said.text) is bool(shown), said.text
    for card in shown:
        assert reply.proposal is not None
        assert (card.id, card.status) == (reply.proposal.id, ProposalStatus.OPEN)
        assert card.summary in said.text


def _assert_nothing_done(shop: ContestedShop, before: Mapping[str, list[str]]) -> None:
    after = contents(shop.database)
    assert differing(dict(before), after) <= TALK | PROOFS | PROPOSALS | HANDOFFS
    with shop.database.reading() as session:
        proposed = session.scalars(select(Proposal)).all()
        orders = {order.id: order for order in session.scalars(select(Order))}
    assert {proposal.status for proposal in proposed} <= UNDONE
    for proposal in proposed:
        order = orders.get(proposal.order_id or 0)
        assert order is None or order.customer_id == shop.ada
        assert order is None or order.number not in {OLD, CANCELED}
