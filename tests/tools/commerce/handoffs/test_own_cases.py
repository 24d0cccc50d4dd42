"""Where their own cases stand, told to shoppers: truly, at every step, and nothing of anybody else's."""

import pytest

from tests.tools.builders import ask, days, message_of
from tests.tools.commerce.disputes.disputed_shop import MAYA, DisputedShop
from tools.commerce.database import Database
from tools.commerce.disputes import lifecycle as disputes
from tools.commerce.disputes.claims import Opened, reference_of
from tools.commerce.handoffs import lifecycle as handoffs
from tools.commerce.schema import (
    DisputeKind,
    HandoffReason,
    Order,
    OrderProof,
    OutcomeKind,
    Role,
    StaffAccount,
)
from tools.my_case_facts import CaseStage, CaseStanding, MyCases
from tools.my_cases import list_my_cases

pytestmark = pytest.mark.anyio

EMAIL = "maya@shop.example"


@pytest.fixture
def shop(database: Database) -> DisputedShop:
    shop = DisputedShop(database)
    shop.delivered()
    shop.add(StaffAccount(email=EMAIL, name="Maya", role=Role.AGENT, created_at=shop.now, failures=0))
    return shop


async def cases(shop: DisputedShop, talk: str, **wanted: str) -> tuple[CaseStanding, ...]:
    found = await ask(list_my_cases, shop.context(talk), **wanted)
    assert isinstance(found, MyCases), found
    return found.cases


async def told(shop: DisputedShop, talk: str) -> str:
    (case,) = await cases(shop, talk)
    return case.message


async def test_it_is_told_who_has_it_by_when_and_what_was_decided(shop: DisputedShop) -> None:
    opened = shop.claim(DisputeKind.DAMAGED, (2, 1))
    assert isinstance(opened, Opened)
    begin = f"Case {reference_of(opened.dispute)}, opened Tuesday, March 10 (1 x Lamp of order A-1, damaged):"
    until = "You'll have the decision by Friday, March 13."
    another_day = shop.talk()

    assert await told(shop, another_day) == (
        f"{begin} nobody has taken it yet; it waits for the next of our people who is free. {until}"
    )
    with shop.database.writing() as session:
        handoffs.take(session, opened.handoff.id, EMAIL, shop.now)
    assert await told(shop, another_day) == f"{begin} Maya has it. {until}"
    with shop.database.writing() as session:
        disputes.escalate(session, opened.dispute.id, "agent:maya", shop.now, "a note of ours")
    assert await told(shop, another_day) == f"{begin} a manager is to decide about it. {until}"
    with shop.database.writing() as session:
        disputes.locked(session, opened.dispute.id).manager_since = None
    shop.decided(opened.dispute.id, OutcomeKind.REFUND)
    assert await told(shop, another_day) == (
        f"{begin} our team decided on Tuesday, March 10. We refund 1 x Lamp of order A-1: $40.00 to Visa ending in "
        "4242. You don't have to send anything back. We issue the refund within 3 business days."
    )


async def test_it_says_so_when_the_promise_was_not_kept_or_a_second_person_has_to_agree(
    shop: DisputedShop,
) -> None:
    shop.delivered("A-2", items=[shop.mug(20)])
    shop.opened()
    waits = shop.opened(DisputeKind.NOT_RECEIVED, number="A-2")
    shop.decided(waits, OutcomeKind.REFUND)
    shop.now += days(9)

    by_order = {case.order_number: case for case in await cases(shop, shop.talk())}

    assert by_order["A-1"].late
    assert by_order["A-1"].message.endswith(
        "Maya has it. You should have had the decision by Friday, March 13, and I'm sorry that you haven't."
    )
    assert by_order["A-2"].stage is CaseStage.AWAITS_SECOND_PERSON
    assert "$" not in by_order["A-2"].message


async def test_a_refusal_is_told_with_its_reasons(shop: DisputedShop) -> None:
    reasons = ("Damage can be told within 30 days of delivery.",)
    shop.decided(shop.opened(), OutcomeKind.REFUSAL, reasons=reasons)

    assert (await told(shop, shop.talk())).endswith(reasons[0])


async def test_of_anybody_elses_there_is_no_more_than_of_none(shop: DisputedShop) -> None:
    opened = shop.claim()
    assert isinstance(opened, Opened)
    eve = shop.conversation(customer_id=shop.customer("eve@example.com"))

    async def said(talk: str, **wanted: str) -> str:
        return str((await message_of(list_my_cases, shop.context(talk), **wanted)).content)

    assert '"no_case"' in await said(eve)
    assert await said(eve, order_number="A-1") == await said(eve, order_number="Z-9")
    theirs = reference_of(opened.dispute)
    assert await said(eve, reference=theirs) == await said(eve, reference="0BADC0DE")
    assert await said(eve, reference="%") == await said(eve, reference="0BADC0DE")
    nobody = shop.conversation()
    assert await said(nobody, reference=theirs) == await said(nobody, reference="0BADC0DE")
    assert '"identity_needed"' in await said(nobody)
    assert '"not_for_role"' in await said(shop.conversation(role=Role.ANALYST))


async def test_who_proved_an_order_hears_of_its_case_and_no_name(shop: DisputedShop) -> None:
    shop.delivered("A-2")
    shop.opened()
    shop.opened(number="A-2")
    elsewhere = shop.conversation()
    order = next(one for one in shop.all(Order) if one.number == "A-1")
    shop.add(OrderProof(conversation_id=elsewhere, order_id=order.id, proved_at=shop.now))

    (case,) = await cases(shop, elsewhere)

    assert (case.order_number, case.stage, case.person) == ("A-1", CaseStage.WITH_PERSON, None)
    assert "Someone from our team has it." in case.message


async def test_in_its_own_conversation_an_order_that_was_not_shown_is_not_told(shop: DisputedShop) -> None:
    talk = shop.conversation()
    opened = shop.claim(DisputeKind.DAMAGED, (2, 1), talk=talk)
    assert isinstance(opened, Opened)
    with shop.database.writing() as session:
        handoffs.take(session, opened.handoff.id, EMAIL, shop.now)
    shop.decided(opened.dispute.id, OutcomeKind.REFUND, by=MAYA)

    (case,) = await cases(shop, talk)

    assert (case.order_number, case.items) == (None, ())
    assert case.message.endswith("How, I can tell once you have shown me that the order is yours.")


async def test_a_conversation_with_people_counts_too(shop: DisputedShop) -> None:
    talk = shop.talk()
    with shop.database.writing() as session:
        handed = handoffs.hand_over(session, talk, HandoffReason.COMPLAINT, "model", shop.now, shop.now)
        handoffs.take(session, handed.id, EMAIL, shop.now)
    elsewhere = shop.talk()
    assert (await told(shop, elsewhere)).endswith("Maya has it, and answers you there.")

    with shop.database.writing() as session:
        handoffs.close(session, handed.id, EMAIL, shop.now)

    assert (await told(shop, elsewhere)).endswith(
        "it was closed on Tuesday, March 10, and nothing of it is open."
    )
