"""What conversations leave in the database: every table and index, in whole pages."""

import pytest
from sqlalchemy import text

from bot.conversation import Conversations, Identity
from bot.desk import Desk
from tools.commerce.demo import named_customers
from tools.commerce.schema import ConversationChannel

MOST_BYTES_A_TURN = 10_000
CUSTOMER = named_customers()[0]
ORDER = CUSTOMER.order_numbers[0]
SAID = (
    "Hi!",
    "Show me all my orders",
    f"Where is order {ORDER}?",
    f"What is in {ORDER}?",
    "How long can I return things, and what does delivery cost?",
    "Which lamps do you have?",
    f"I'd like to cancel {ORDER}",
    "No, leave it as it is",
    "Do you ship abroad?",
    "How much did I spend this year?",
)
CONVERSATIONS = 3


@pytest.mark.anyio
async def test_a_turn_leaves_ten_kilobytes_at_most(demo_desk: Desk) -> None:
    conversations = Conversations(demo_desk)
    before = _bytes(demo_desk)

    for _ in range(CONVERSATIONS):
        started = await conversations.start(Identity(email=CUSTOMER.email), ConversationChannel.WIDGET)
        for said in SAID:
            assert (await conversations.reply(started.id, said)).messages

    turns = CONVERSATIONS * len(SAID)
    assert 0 < (_bytes(demo_desk) - before) / turns < MOST_BYTES_A_TURN


def _bytes(desk: Desk) -> int:
    with desk.database.reading() as session:
        sizes = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(session.execute(text(sizes)).scalar_one())
