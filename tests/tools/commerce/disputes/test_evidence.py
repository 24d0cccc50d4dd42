"""The evidence file is the records, each fact with its place; what speaks for and against follows, and a suggestion."""

from datetime import date
from typing import Any

import pytest

from knowledge.shop_profile import DEMO_SHOP
from tests.tools.builders import days, event, parcel
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tests.tools.commerce.disputes.disputed_shop import MAYA, DisputedShop, from_the_bank
from tools.commerce import transcript
from tools.commerce.database import Database
from tools.commerce.disputes import policy_versions
from tools.commerce.disputes.case import DisputeCase, read_dispute
from tools.commerce.disputes.evidence import HowKnown
from tools.commerce.disputes.grounds import Side
from tools.commerce.policy import Policy
from tools.commerce.schema import (
    DisputeKind,
    MessageRole,
    OrderStatus,
    OutcomeKind,
    Photo,
    ShipmentStatus,
    TrackingEvent,
)
from tools.commerce.transcript import NewMessage

TEXT = (DEMO_SHOP / "policy.yaml").read_text(encoding="utf-8")


@pytest.fixture
def shop(database: Database) -> DisputedShop:
    return DisputedShop(database)


def read(shop: DisputedShop, dispute_id: str) -> DisputeCase:
    with shop.database.reading() as session:
        found = read_dispute(session, dispute_id, MAYA, shop.book)
    assert found is not None
    return found


def codes(case: DisputeCase, side: Side) -> list[str]:
    return [ground.code for ground in case.grounds if ground.side is side]


def handed_over(shop: DisputedShop, number: str = "A-1", **values: Any) -> int:
    """An order whose parcel the carrier has scanned at the door."""
    came = shop.now - days(3)
    scan = TrackingEvent(
        occurred_at=came,
        status=ShipmentStatus.DELIVERED,
        description="Delivered, front door. Signed by A. LOVELACE",
        location="Burlington, VT",
    )
    box = parcel(
        ShipmentStatus.DELIVERED,
        carrier="UPS",
        tracking_number="1Z999",
        shipped_at=came - days(2),
        delivered_at=came,
        events=[event(came - days(1), "Departed facility", "Albany, NY"), scan],
    )
    times = {"placed_at": came - days(4), "promised_at": came + days(1), "delivered_at": came}
    return shop.paid(number, status=OrderStatus.DELIVERED, parcels=[box], **{**times, **values})


def test_what_happened_is_told_in_order_with_its_records(shop: DisputedShop) -> None:
    handed_over(shop, shipping_method="Standard", line1="5 Elm Street", city="Burlington")
    dispute = shop.opened(DisputeKind.NOT_RECEIVED)

    file = read(shop, dispute).evidence

    assert [(fact.what, fact.reference) for fact in file.timeline] == [
        ("Placed: 2 x Mug (Color: Blue) and 1 x Lamp, $75.00 in all.", "order A-1"),
        ("Sent with UPS.", "parcel 1Z999"),
        ("The carrier says: “Departed facility” (Albany, NY).", "parcel 1Z999"),
        (
            "The carrier says: “Delivered, front door. Signed by A. LOVELACE” (Burlington, VT).",
            "parcel 1Z999",
        ),
        ("A dispute was opened: not received.", f"dispute {dispute}"),
        ("$75.00 by Visa ending in 4242: captured.", "payment 1 of order A-1"),
    ]
    assert [fact.what for fact in file.promises] == [
        "It was ordered with Standard delivery.",
        "Delivery was promised by March 8, 2026.",
        "It was to go to: 5 Elm Street, Burlington.",
    ]
    (proof,) = file.proofs
    assert (proof.place, proof.signature) == (
        "Burlington, VT",
        "Delivered, front door. Signed by A. LOVELACE",
    )
    assert file.money is not None
    assert (file.money.paid.amount, file.money.left.amount) == (7500, 7500)


def test_what_is_not_known_is_absent(shop: DisputedShop) -> None:
    shop.paid(status=OrderStatus.DELIVERED, placed_at=None, promised_at=None, delivered_at=None)
    file = read(shop, shop.opened(DisputeKind.NOT_RECEIVED)).evidence

    assert [fact.what for fact in file.timeline if fact.at is not None] == [
        "A dispute was opened: not received."
    ]
    assert (file.promises, file.proofs, file.policy_then) == ((), (), None)

    nobody = read(shop, shop.opened(DisputeKind.UNKNOWN_CHARGE, number=None)).evidence
    assert (nobody.dispute.order_number, nobody.dispute.at_stake, nobody.money) == (None, None, None)


def test_the_conversation_is_quoted_with_its_photos_and_earlier_cases_are_there(shop: DisputedShop) -> None:
    shop.delivered()
    shop.delivered("A-2")
    first = shop.opened(DisputeKind.DAMAGED, (2, 1))
    shop.decided(first, OutcomeKind.REFUND)
    talk = shop.talk()
    with shop.database.writing() as session:
        transcript.claim_turn(session, talk, "holder", shop.now)
        transcript.accept_message(session, talk, "holder", "It came broken <b>again</b>", None, shop.now)
        answer = NewMessage(MessageRole.ASSISTANT, "I'm sorry.")
        transcript.append(session, talk, "holder", 1, [answer], shop.now)
        session.add(
            Photo(
                conversation_id=talk,
                sha256="ab" * 32,
                width=4,
                height=3,
                content=b"",
                added_at=shop.now,
                message_seq=1,
            )
        )
    second = shop.opened(DisputeKind.DAMAGED, number="A-2", talk=talk)

    file = read(shop, second).evidence

    assert [(quote.number, quote.who, quote.text) for quote in file.conversation] == [
        (1, "shopper", "It came broken <b>again</b>"),
        (2, "assistant", "I'm sorry."),
    ]
    assert [(photo.id, photo.message) for photo in file.photos] == [("ab" * 32, 1)]
    assert [(one.kind, one.order_number, one.ended) for one in file.earlier if one.order_number] == [
        ("dispute", "A-1", "settled (refund)"),
        ("return", "A-1", "completed"),
        ("refund", "A-1", "pending"),
    ]


def test_a_purchase_is_judged_by_the_rules_of_its_day(shop: DisputedShop) -> None:
    older = TEXT.replace("report_within_days: 30 # from delivery", "report_within_days: 10 # from delivery")
    then = of_its_own(policy_with({"damage.report_within_days": 10}))
    shop.policy = of_its_own(shop.policy)
    with shop.database.writing() as session:
        policy_versions.remember(session, then, older, shop.now - days(100))
        policy_versions.remember(session, then, "twice", shop.now - days(90))
        policy_versions.remember(session, shop.policy, TEXT, shop.now - days(1))
    # The demo shop's rules say that they hold from November 2026.
    shop.now += days(300)
    shop.delivered()
    file = read(shop, shop.opened()).evidence
    assert file.policy_then is not None
    assert (file.policy_then.fingerprint, file.policy_then.how) == (
        shop.policy.fingerprint,
        HowKnown.IN_FORCE,
    )
    assert not any(rule.has_changed for rule in file.rules)

    shop.delivered("A-2", placed_at=shop.now - days(350))
    before = read(shop, shop.opened(number="A-2")).evidence
    assert before.policy_then is None
    assert {rule.then for rule in before.rules} == {None}
    assert ("damage.keep_item_under", "40.00") in {(rule.path, rule.now) for rule in before.rules}


def test_the_rules_in_use_on_the_day_go_before_what_a_later_file_says(shop: DisputedShop) -> None:
    early = TEXT.replace("version: 2026-11-01", "version: 2025-01-01")
    older = early.replace("report_within_days: 30 # from delivery", "report_within_days: 10 # from delivery")
    then = policy_with({"damage.report_within_days": 10}).model_copy(update={"version": date(2025, 1, 1)})
    shop.policy = of_its_own(shop.policy.model_copy(update={"version": date(2025, 1, 1)}))
    with shop.database.writing() as session:
        policy_versions.remember(session, of_its_own(then), older, shop.now - days(100))
        policy_versions.remember(session, shop.policy, early, shop.now - days(1))
    shop.delivered()

    file = read(shop, shop.opened()).evidence

    (changed,) = [rule for rule in file.rules if rule.has_changed]
    assert (changed.path, changed.then, changed.now) == ("damage.report_within_days", "10", "30")


WEIGHED: tuple[tuple[DisputeKind, int, int, list[str], list[str], OutcomeKind], ...] = (
    (DisputeKind.DAMAGED, 5, 2, ["photos_sent", "in_time", "in_time"], [], OutcomeKind.RETURN_LABEL),
    (DisputeKind.DAMAGED, 5, 0, ["in_time", "in_time"], ["photos_missing"], OutcomeKind.ASK),
    (DisputeKind.DAMAGED, 200, 2, ["photos_sent"], ["too_late", "too_late"], OutcomeKind.REFUSAL),
    (DisputeKind.NOT_AS_DESCRIBED, 5, 0, ["in_time", "in_time"], [], OutcomeKind.RETURN_LABEL),
    (DisputeKind.MISSING_ITEM, 5, 0, ["in_time"], [], OutcomeKind.REFUND),
    (DisputeKind.DOUBLE_CHARGE, 5, 0, [], ["charged_once"], OutcomeKind.ASK),
    (DisputeKind.REFUND_NOT_RECEIVED, 5, 0, [], ["no_refund"], OutcomeKind.ESCALATE),
    (DisputeKind.OTHER, 5, 0, [], [], OutcomeKind.ESCALATE),
)
"""The kind, how many days ago it came, photos; then what speaks for it and against it, and what is suggested."""


def test_what_speaks_for_and_against_comes_to_a_suggestion(shop: DisputedShop) -> None:
    shop.policy = policy_with({"disputes.claims_per_customer": 9})
    for number, (kind, ago, photos, for_it, against, outcome) in enumerate(WEIGHED):
        shop.delivered(f"A-{number}", ago=ago)
        dispute = shop.opened(kind, number=f"A-{number}")
        talk = shop.dispute(dispute).conversation_id
        shop.add(*(picture(shop, talk, each) for each in range(photos)))

        case = read(shop, dispute)

        assert (codes(case, Side.FOR), codes(case, Side.AGAINST)) == (for_it, against), number
        assert case.suggestion is not None
        assert case.suggestion.outcome is outcome, number
        assert case == read(shop, dispute)


def test_a_delivered_parcel_that_is_not_there_is_asked_about_and_a_silent_one_is_refunded(
    shop: DisputedShop,
) -> None:
    handed_over(shop)
    signed = read(shop, shop.opened(DisputeKind.NOT_RECEIVED))
    assert codes(signed, Side.AGAINST) == ["delivered_scan", "signed_for"]
    assert signed.suggestion is not None
    assert signed.suggestion.outcome is OutcomeKind.ESCALATE

    silent = parcel(ShipmentStatus.IN_TRANSIT, shipped_at=shop.now - days(18))
    promised: dict[str, Any] = {"promised_at": shop.now - days(12), "placed_at": shop.now - days(20)}
    shop.paid("A-2", status=OrderStatus.SHIPPED, parcels=[silent], **promised)
    lost = read(shop, shop.opened(DisputeKind.NOT_RECEIVED, number="A-2"))

    assert codes(lost, Side.FOR) == ["not_scanned", "not_arrived", "in_time"]
    assert lost.suggestion is not None
    assert lost.suggestion.request is not None
    assert (lost.suggestion.outcome, lost.suggestion.amount and lost.suggestion.amount.amount) == (
        OutcomeKind.REFUND,
        7500,
    )
    soon: dict[str, Any] = {"promised_at": shop.now + days(1), "placed_at": shop.now - days(3)}
    shop.paid("A-3", status=OrderStatus.SHIPPED, parcels=[parcel(ShipmentStatus.IN_TRANSIT)], **soon)
    early = read(shop, shop.opened(DisputeKind.NOT_RECEIVED, number="A-3")).suggestion
    assert early is not None
    assert (early.outcome, [one.code for one in early.why]) == (OutcomeKind.ASK, ["still_expected"])
    assert (early.question or "").startswith(
        "It is promised by March 11, 2026, and that day is not over. If it"
    )

    wished = lost.suggestion.request.model_dump(exclude={"kind", "dispute_id", "outcome"})
    shop.decided(lost.evidence.dispute.id, OutcomeKind.REFUND, **wished)
    assert read(shop, lost.evidence.dispute.id).suggestion is None


def test_a_chargeback_is_answered_with_what_shows_that_the_money_was_owed(shop: DisputedShop) -> None:
    handed_over(shop)
    case = read(shop, shop.opened(DisputeKind.CHARGEBACK, bank=from_the_bank(7500)))

    assert case.suggestion is not None
    assert case.suggestion.outcome is OutcomeKind.CONTEST
    assert [ground.code for ground in case.suggestion.why] == [
        "own_account",
        "delivered",
        "delivered_scan",
        "signed_for",
    ]
    assert ("Visa took $75.00 back, for reason 13.1.", "case CB-77") in {
        (fact.what, fact.reference) for fact in case.evidence.timeline
    }
    money = case.evidence.money
    assert money is not None
    assert (money.with_bank.amount, money.promised.amount, money.left.amount) == (7500, 0, 0)


def test_the_suggestion_never_gives_more_than_is_left(shop: DisputedShop) -> None:
    shop.policy = policy_with({"returns.instant_refund_max": 10_000})
    shop.delivered()
    shop.done(wish((1, 2)))
    dispute = shop.opened(DisputeKind.NOT_AS_DESCRIBED)

    case = read(shop, dispute)

    assert case.suggestion is not None
    assert case.evidence.money is not None
    amount = case.suggestion.amount
    assert amount is not None
    assert amount.amount == 4000 <= case.evidence.money.left.amount


def of_its_own(policy: Policy) -> Policy:
    """With the fingerprint of its values, not of those that it was copied from."""
    copied = policy.model_copy()
    copied.__dict__.pop("fingerprint", None)
    return copied


def picture(shop: DisputedShop, talk: str, number: int) -> Photo:
    return Photo(
        conversation_id=talk,
        sha256=f"{number:064d}",
        width=4,
        height=3,
        content=b"",
        added_at=shop.now,
        message_seq=1,
    )
