"""What is disputed has a deadline of its own: it is not closed because the shopper says nothing."""

from datetime import timedelta

from tests.tools.commerce.disputes.disputed_shop import DisputedShop
from tools.commerce.database import Database
from tools.commerce.disputes import lifecycle
from tools.commerce.handoffs import due
from tools.commerce.handoffs import lifecycle as handoffs


def test_a_case_is_closed_for_silence_only_when_its_dispute_is_over(database: Database) -> None:
    shop = DisputedShop(database)
    shop.delivered()
    dispute_id = shop.opened()
    talk = shop.dispute(dispute_id).conversation_id
    with database.writing() as session:
        case = handoffs.open_handoff(session, talk)
        assert case is not None
        handoffs.note_answer(session, case.id, "maya@shop.example", shop.now)
    later = shop.now + timedelta(days=30)

    with database.reading() as session:
        assert due.silent(session, later) == []
    with database.writing() as session:
        lifecycle.withdraw(session, dispute_id, "agent:maya@shop.example", shop.now, None)
    with database.reading() as session:
        assert [one.conversation_id for one in due.silent(session, later)] == [talk]
