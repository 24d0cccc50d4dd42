"""An agent settles a dispute in one step; what they decide is done once, told true, and never more than was paid."""

from collections import Counter

import pytest
from sqlalchemy import select

from tests.tools.builders import SHOP, days, line
from tests.tools.commerce.changes.replicas import Work, at_once
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tests.tools.commerce.disputes.disputed_shop import BEN, MAYA, NOOR, OLA, DisputedShop, from_the_bank
from tools.cards import Refusal
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.changes.giving_back import unpromised
from tools.commerce.changes.receiving import receive
from tools.commerce.changes.requests import DisputeOutcomeRequest, RulingWish, SwapWish
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import Database
from tools.commerce.disputes import outcomes
from tools.commerce.disputes.claims import Opened, open_dispute
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import Claim
from tools.commerce.handoffs import lifecycle as handoffs
from tools.commerce.policy import PriceDifference
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    BankRuling,
    Dispute,
    DisputeKind,
    DisputeState,
    EntryStatus,
    Handoff,
    LedgerEntry,
    Order,
    OrderLine,
    OutcomeKind,
    Payment,
    PaymentMethod,
    Proposal,
    ProposalStatus,
    Return,
    ReturnStatus,
    Ruling,
)
from tools.principal import Principal


@pytest.fixture
def shop(database: Database) -> DisputedShop:
    return DisputedShop(database)


def given(shop: DisputedShop) -> int:
    return sum(one.amount_minor for one in shop.all(LedgerEntry))


def test_the_items_that_were_claimed_are_refunded_and_cannot_be_refunded_again(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened(DisputeKind.DAMAGED, (2, 1))
    assert shop.dispute(dispute).amount_minor == 4000

    decided = shop.decided(dispute, OutcomeKind.REFUND)

    assert decided.status is ProposalStatus.ACCEPTED
    assert decided.outcome == {
        "done": ["We refund 1 x Lamp of order A-1: $40.00 to Visa ending in 4242."],
        "next_steps": [
            "You don't have to send anything back.",
            "We issue the refund within 3 business days.",
        ],
    }
    shop.settle(decided.id)
    assert [(one.amount_minor, one.status) for one in shop.all(LedgerEntry)] == [(4000, EntryStatus.SETTLED)]
    assert shop.dispute(dispute).state is DisputeState.SETTLED
    assert shop.steps(dispute) == [("opened", "shopper"), ("settled", "agent:maya@shop.example")]
    assert shop.refused(wish((2, 1))).code == "nothing_left"
    assert shop.not_settled(dispute, OutcomeKind.REFUND) == "decided_before"


def test_what_never_came_is_not_waited_for_any_more(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened(DisputeKind.NOT_RECEIVED)

    shop.decided(dispute, OutcomeKind.REFUND, with_shipping=True)

    assert given(shop) == shop.all(Payment)[0].refunded_minor == 7500
    assert [one.cancelled_quantity for one in shop.all(OrderLine)] == [2, 1]
    assert shop.all(Return) == []


def test_a_part_goes_back_and_never_more_than_is_left(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened()

    assert shop.not_settled(dispute, OutcomeKind.PARTIAL_REFUND, amount_minor=7501) == "more_than_paid"
    assert shop.not_settled(dispute, OutcomeKind.PARTIAL_REFUND) == "amount_needed"
    shop.decided(dispute, OutcomeKind.PARTIAL_REFUND, amount_minor=7500)

    assert given(shop) == 7500
    again = shop.opened()
    assert shop.not_settled(again, OutcomeKind.PARTIAL_REFUND, amount_minor=1) == "more_than_paid"


def test_a_replacement_is_set_aside_and_out_of_stock_loses_nothing(shop: DisputedShop) -> None:
    shop.delivered(items=[shop.mug(2)])
    dispute = shop.opened(DisputeKind.DAMAGED, (1, 2))
    before = shop.reserved(shop.blue)

    shop.decided(dispute, OutcomeKind.REPLACEMENT)

    assert shop.reserved(shop.blue) == before + 2
    assert [one.status for one in shop.all(Return)] == [ReturnStatus.COMPLETED]

    shop.delivered("A-2", items=[shop.mug(2)])
    other = shop.opened(DisputeKind.WRONG_ITEM, (1, 2), number="A-2")
    large = (SwapWish(line=1, quantity=2, sku="MUG-L"),)
    shop.decided(other, OutcomeKind.REPLACEMENT, items=large, goods_come_back=True)
    shop.delivered("A-3", items=[shop.mug(1)])
    third = shop.opened(DisputeKind.WRONG_ITEM, number="A-3")
    gone = (SwapWish(line=1, quantity=1, sku="MUG-L"),)
    assert shop.not_settled(third, OutcomeKind.REPLACEMENT, items=gone) == "out_of_stock"
    assert shop.dispute(third).state is DisputeState.OPEN
    assert given(shop) == 0


@pytest.mark.parametrize("comes_back", [False, True])
def test_of_another_version_nobody_is_charged_and_what_is_cheaper_goes_back(
    shop: DisputedShop, comes_back: bool
) -> None:
    """A mug of 15.00 in place of one of 21.00; where the first has to come back, once it has."""
    dearest = line("Mug", price=2100, sku="MUG-L", product_id=shop.large.product_id, variant_id=shop.large.id)
    shop.delivered(items=[dearest], shipping=0)
    dispute = shop.opened(DisputeKind.WRONG_ITEM)
    blue = (SwapWish(line=1, quantity=1, sku="MUG-B"),)

    decided = shop.decided(dispute, OutcomeKind.REPLACEMENT, items=blue, goods_come_back=comes_back)

    assert decided.status is ProposalStatus.ACCEPTED
    assert given(shop) == (0 if comes_back else 600)
    if comes_back:
        with shop.database.writing() as session:
            receive(session, "RMA-A-1-1", MAYA, shop.book)
        assert given(shop) == 600


def test_a_dearer_version_is_goodwill_and_needs_a_shop_that_settles_differences(shop: DisputedShop) -> None:
    shop.policy = policy_with({"disputes.goodwill_max": 599})
    shop.delivered(items=[shop.mug(1)])
    dispute = shop.opened(DisputeKind.NOT_RECEIVED)
    green = (SwapWish(line=1, quantity=1, sku="MUG-L"),)
    before, shop.policy = shop.policy, policy_with({"exchanges.price_difference": PriceDifference.NONE})
    assert shop.not_settled(dispute, OutcomeKind.REPLACEMENT, items=green) == "price_differs"
    shop.policy = before

    waiting = shop.decided(dispute, OutcomeKind.REPLACEMENT, items=green)

    assert (waiting.status, "disputes.goodwill_max" in str(waiting.rules)) == (
        ProposalStatus.NEEDS_APPROVAL,
        True,
    )
    shop.approve(waiting.id, NOOR)
    assert (shop.dispute(dispute).state, shop.reserved(shop.large), given(shop)) == (
        DisputeState.SETTLED,
        1,
        0,
    )


def test_goodwill_is_on_top_and_needs_an_account(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened(DisputeKind.OTHER)

    shop.decided(dispute, OutcomeKind.STORE_CREDIT, amount_minor=1000)

    assert shop.one(PaymentMethod, shop.credit).balance_minor == 1000
    assert shop.all(Payment)[0].refunded_minor == 0
    shop.delivered("A-2", customer_id=None, email="guest@example.com")
    guest = shop.opened(DisputeKind.OTHER, number=None, talk=shop.talk(signed_in=False))
    assert shop.not_settled(guest, OutcomeKind.STORE_CREDIT, amount_minor=1000) == "account_needed"
    assert shop.not_settled(guest, OutcomeKind.REFUND) == "order_needed"


def test_goods_come_back_free_of_charge_and_then_the_money_goes(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened(DisputeKind.OTHER, (2, 1))

    decided = shop.decided(dispute, OutcomeKind.RETURN_LABEL)

    assert (decided.outcome or {})["done"] == [
        "You can send back 1 x Lamp of order A-1. The return number is RMA-A-1-1; "
        "then $40.00 to Visa ending in 4242 goes back."
    ]
    assert given(shop) == 0
    assert [one.status for one in shop.all(Return)] == [ReturnStatus.APPROVED]


def test_a_refusal_tells_its_reasons_and_rules_and_gives_nothing(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened()

    assert shop.not_settled(dispute, OutcomeKind.REFUSAL) == "reasons_needed"
    reasons = ("Damage can be told within 30 days of delivery.",)
    decided = shop.decided(
        dispute, OutcomeKind.REFUSAL, reasons=reasons, rules=("damage.report_within_days",)
    )

    assert (decided.outcome or {})["next_steps"] == list(reasons)
    assert [rule["path"] for rule in decided.rules] == ["damage.report_within_days"]
    assert shop.dispute(dispute).state is DisputeState.REFUSED
    assert given(shop) == 0


def test_a_rule_that_binds_shoppers_is_passed_over_by_name(shop: DisputedShop) -> None:
    shop.delivered(ago=200)
    dispute = shop.opened(DisputeKind.NOT_AS_DESCRIBED, (2, 1))

    shop.decided(dispute, OutcomeKind.REFUND)

    row = shop.all(AuditRow)[-1]
    assert (row.event, row.actor) == (AuditEvent.EXECUTED, "agent:maya@shop.example")
    assert row.details["overrides"] == "returns.window_days_by_reason"


def test_a_payment_taken_twice_goes_back_whole(shop: DisputedShop) -> None:
    order = shop.delivered(items=[shop.mug()])
    shop.pay(order, shop.card, 2000, sequence=2)
    dispute = shop.opened(DisputeKind.DOUBLE_CHARGE)

    shop.decided(dispute, OutcomeKind.REFUND)

    assert [(one.amount_minor, one.refunded_minor) for one in shop.all(Payment)] == [(2000, 0), (2000, 2000)]
    assert shop.all(Return) == []


def test_what_the_bank_has_taken_is_not_given_a_second_time(shop: DisputedShop) -> None:
    shop.delivered(items=[shop.mug()])
    dispute = shop.opened(DisputeKind.CHARGEBACK, bank=from_the_bank(2000))

    assert shop.refused(wish(number="A-1")).code == "nothing_to_give_back"
    shop.decided(dispute, OutcomeKind.REFUND)

    assert given(shop) == 0
    assert shop.dispute(dispute).state is DisputeState.SETTLED
    assert shop.refused(wish(number="A-1")).code == "nothing_left"


def test_a_chargeback_that_was_contested_ends_with_the_banks_ruling(shop: DisputedShop) -> None:
    for number, kept, back in (("A-1", None, 0), ("A-2", 1500, 500)):
        shop.delivered(number, items=[shop.mug()])
        lost = shop.opened(DisputeKind.CHARGEBACK, number=number, bank=from_the_bank(2000, number))
        shop.decided(lost, OutcomeKind.CONTEST)
        assert shop.not_settled(lost, OutcomeKind.CONTEST) == "contested_before"
        assert (shop.dispute(lost).state, left_of(shop, number)) == (DisputeState.OPEN, 0)

        shop.decided(lost, OutcomeKind.LOST, ruling=letter(shop, kept))

        assert (shop.dispute(lost).state, left_of(shop, number)) == (DisputeState.SETTLED, back)
        row = shop.all(AuditRow)[-1]
        assert (row.event, row.actor) == (AuditEvent.EXECUTED, "agent:maya@shop.example")
        assert (row.details["ruling"], row.details["kept"]) == ("lost", f"{2000 - back} USD")
    assert shop.refused(wish(number="A-1")).code == "nothing_left"

    shop.delivered("A-3", items=[shop.mug()])
    won = shop.opened(DisputeKind.CHARGEBACK, number="A-3", bank=from_the_bank(2000, "A-3"))
    shop.decided(won, OutcomeKind.CONTEST)
    shop.now += days(30)
    shop.decided(won, OutcomeKind.WON, ruling=letter(shop, code="10.4"))
    assert (shop.dispute(won).state, left_of(shop, "A-3")) == (DisputeState.REFUSED, 2000)
    assert [step for step, _ in shop.steps(won)] == ["opened", "contested", "refused"]
    assert {(one.ruling, one.taken_minor, one.reason_code) for one in shop.all(BankRuling)} == {
        (Ruling.LOST, 2000, None),
        (Ruling.LOST, 1500, None),
        (Ruling.WON, 0, "10.4"),
    }
    assert given(shop) == 0


@pytest.mark.parametrize(
    ("outcome", "ruling", "code"),
    [
        (OutcomeKind.WON, None, "ruling_needed"),
        (OutcomeKind.LOST, {"ruled_on": "2126-01-01"}, "ruling_ahead"),
        (OutcomeKind.LOST, {"ruled_on": "2026-03-01", "kept_minor": 2001}, "ruling_amount"),
        (OutcomeKind.WON, {"ruled_on": "2026-03-01", "kept_minor": 1}, "ruling_amount"),
        (OutcomeKind.PARTIAL_REFUND, None, "of_the_bank"),
    ],
)
def test_a_ruling_that_cannot_be_is_not_noted(
    shop: DisputedShop, outcome: OutcomeKind, ruling: dict[str, object] | None, code: str
) -> None:
    shop.delivered(items=[shop.mug()])
    dispute = shop.opened(DisputeKind.CHARGEBACK, bank=from_the_bank(2000))

    assert shop.not_settled(dispute, outcome, ruling=ruling, amount_minor=5) == code
    assert (shop.dispute(dispute).state, shop.all(BankRuling)) == (DisputeState.OPEN, [])
    other = shop.opened(DisputeKind.DAMAGED)
    assert shop.not_settled(other, OutcomeKind.WON, ruling=letter(shop)) == "not_of_the_bank"


def test_one_chargeback_is_opened_once_and_a_parcel_that_comes_back_pays_nothing_twice(
    shop: DisputedShop,
) -> None:
    shop.delivered(items=[shop.mug()])
    label = shop.opened(DisputeKind.NOT_AS_DESCRIBED)
    shop.decided(label, OutcomeKind.RETURN_LABEL)
    shop.opened(DisputeKind.CHARGEBACK, bank=from_the_bank(2000))
    again = shop.claim(DisputeKind.CHARGEBACK, bank=from_the_bank(2000))
    assert isinstance(again, Refusal)
    assert again.code == "known_before"

    with shop.database.writing() as session:
        told = receive(session, "RMA-A-1-1", MAYA, shop.book)

    assert isinstance(told, Refusal)
    assert (told.code, given(shop)) == ("more_than_paid", 0)


def letter(shop: DisputedShop, kept: int | None = None, code: str | None = None) -> RulingWish:
    return RulingWish(ruled_on=shop.book.when.today, kept_minor=kept, reason_code=code)


def left_of(shop: DisputedShop, number: str) -> int:
    with shop.database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == number).options(*LOADED)).one()
        return unpromised(session, order)


def test_above_a_limit_another_manager_has_to_agree(shop: DisputedShop) -> None:
    shop.policy = policy_with({"disputes.manager_over": 1000})
    shop.delivered()
    dispute = shop.opened(DisputeKind.DAMAGED, (2, 1))

    waiting = shop.decided(dispute, OutcomeKind.REFUND)

    assert waiting.status is ProposalStatus.NEEDS_APPROVAL
    assert shop.dispute(dispute).state is DisputeState.OPEN
    assert shop.not_settled(dispute, OutcomeKind.REFUSAL, reasons=("No.",)) == "awaits_approval"
    for by, code in ((BEN, "manager_needed"), (MAYA, "manager_needed")):
        refused = shop.approve(waiting.id, by)
        assert isinstance(refused, Refusal)
        assert refused.code == code
    shop.now += days(3)
    approved = shop.approve(waiting.id, NOOR)
    assert isinstance(approved, Proposal)
    assert (approved.status, approved.untold) == (ProposalStatus.ACCEPTED, True)
    assert shop.steps(dispute) == [
        ("opened", "shopper"),
        ("proposed", "agent:maya@shop.example"),
        ("settled", "agent:noor@shop.example"),
    ]


def test_a_manager_does_not_approve_what_they_decided_and_a_no_leaves_it_open(shop: DisputedShop) -> None:
    shop.policy = policy_with({"disputes.goodwill_max": 100})
    shop.delivered()
    opened = shop.claim(DisputeKind.OTHER)
    assert isinstance(opened, Opened)
    with shop.database.writing() as session:
        handoffs.take(session, opened.handoff.id, "noor@shop.example", shop.now)
    waiting = shop.decided(opened.dispute.id, OutcomeKind.STORE_CREDIT, amount_minor=500, by=NOOR)

    own = shop.approve(waiting.id, NOOR)
    assert isinstance(own, Refusal)
    assert own.code == "second_person_needed"
    declined = shop.approve(waiting.id, OLA, Decision.DECLINE)

    assert isinstance(declined, Proposal)
    assert (declined.status, declined.untold) == (ProposalStatus.DECLINED, False)
    assert shop.dispute(opened.dispute.id).state is DisputeState.OPEN
    shop.decided(opened.dispute.id, OutcomeKind.STORE_CREDIT, amount_minor=100, by=NOOR)
    assert shop.one(PaymentMethod, shop.credit).balance_minor == 100


def test_only_who_has_taken_the_conversation_settles_it(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened()

    assert shop.not_settled(dispute, OutcomeKind.REFUND, by=BEN) == "not_yours"


def test_many_claims_in_a_short_time_need_a_manager(shop: DisputedShop) -> None:
    shop.policy = policy_with({"disputes.claims_per_customer": 1})
    for number in ("A-1", "A-2"):
        shop.delivered(number, items=[shop.mug()])
    first = shop.decided(shop.opened(number="A-1"), OutcomeKind.REFUND)
    shop.now += days(1)
    second = shop.decided(shop.opened(number="A-2"), OutcomeKind.REFUND)

    assert first.status is ProposalStatus.ACCEPTED
    assert second.status is ProposalStatus.NEEDS_APPROVAL
    assert "claim 2" in second.plan["approval"]


def test_of_the_same_claim_made_in_many_tabs_at_once_there_is_one_case(shop: DisputedShop) -> None:
    shop.delivered()
    talk, book = shop.talk(), shop.book
    claim = Claim(DisputeKind.DAMAGED, "It is in pieces.", "A-1")

    def claiming(database: Database) -> bool:
        with database.writing() as session:
            by = Principal(customer_id=shop.ada)
            opened = open_dispute(session, talk, claim, by, book, SHOP.people, book.now)
        assert isinstance(opened, Opened)
        return opened.is_new

    done = at_once(str(shop.database.url), [claiming] * 8)

    assert Counter(done) == {True: 1, False: 7}
    (found,) = shop.all(Dispute)
    assert [step for step, _ in shop.steps(found.id)] == ["opened", *["claimed_again"] * 7]
    assert len(shop.all(Handoff)) == 1


def test_of_many_who_settle_one_dispute_at_once_one_does(shop: DisputedShop) -> None:
    shop.delivered()
    dispute = shop.opened()
    book = shop.book
    outcomes_of = (OutcomeKind.REFUND, OutcomeKind.PARTIAL_REFUND)
    requests = [
        DisputeOutcomeRequest(dispute_id=dispute, outcome=outcome, amount_minor=100)
        for outcome in outcomes_of
    ] * 4

    def settling(request: DisputeOutcomeRequest) -> Work[str]:
        def work(database: Database) -> str:
            try:
                with database.writing() as session:
                    return outcomes.settle(session, request, MAYA, book).status.value
            except DisputeError as error:
                return error.code

        return work

    done = at_once(str(shop.database.url), [settling(request) for request in requests])

    assert Counter(done) == {"accepted": 1, "decided_before": 7}
    assert len(shop.all(Proposal)) == 1


def test_of_a_shoppers_yes_and_an_agents_outcome_at_once_one_counts(shop: DisputedShop) -> None:
    """An offer that the shopper still had open is superseded; one that they took first makes the agent look again."""
    never = {"disputes.claims_per_customer": 9, "limits.refunds_per_customer": 9}
    shop.policy = policy_with({"returns.instant_refund_max": 10_000, **never})
    book = shop.book
    for number in range(4):
        shop.delivered(f"A-{number}", items=[line("Lamp", price=1000)])
    talks = [shop.talk() for _ in range(4)]
    works: list[Work[str]] = []
    for number, talk in enumerate(talks):
        offered = shop.proposed(wish(number=f"A-{number}"), talk)
        dispute = shop.opened(DisputeKind.OTHER, number=f"A-{number}", talk=talk)
        works += [accepting(talk, offered.id, book), giving(dispute, book)]

    done = at_once(str(shop.database.url), works)

    for yes, settled in zip(done[::2], done[1::2], strict=True):
        assert (yes, settled) in {("accepted", "changed_meanwhile"), ("expired", "accepted")}
    # Who sends it back for no special reason pays for the label.
    assert given(shop) == sum(305 if yes == "accepted" else 1000 for yes in done[::2])


def accepting(talk: str, proposal_id: str, book: Rulebook) -> Work[str]:
    def work(database: Database) -> str:
        with database.writing() as session:
            decided = decide(session, talk, proposal_id, Decision.CONFIRM, book)
            assert decided is not None
            return decided.status.value

    return work


def giving(dispute: str, book: Rulebook) -> Work[str]:
    request = DisputeOutcomeRequest(dispute_id=dispute, outcome=OutcomeKind.PARTIAL_REFUND, amount_minor=1000)

    def work(database: Database) -> str:
        try:
            with database.writing() as session:
                return outcomes.settle(session, request, MAYA, book, seen_left_minor=1500).status.value
        except DisputeError as error:
            return error.code

    return work
