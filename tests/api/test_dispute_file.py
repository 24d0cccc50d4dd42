"""The file for a card network: all that the records say of one transaction, and nothing else."""

import re
from typing import Any

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from api.dispute_file.document import chargeback_response
from api.dispute_file.shaping import shaped
from api.dispute_file.text import EASTERN, NOT_DRAWN
from knowledge.shop_profile import DEMO_SHOP
from tests.pictures import picture
from tests.tools.builders import NOW, SHOP, days, event, parcel
from tests.tools.commerce.disputes.disputed_shop import DisputedShop, from_the_bank
from tools.commerce import transcript
from tools.commerce.database import Database
from tools.commerce.disputes import lifecycle, policy_versions
from tools.commerce.disputes.response import Response, read_response
from tools.commerce.photos import keeping
from tools.commerce.photos.encoding import as_kept
from tools.commerce.schema import (
    Dispute,
    DisputeKind,
    OrderStatus,
    OutcomeKind,
    ShipmentStatus,
)

PAYLOADS = (
    '<img src="file:///etc/passwd" width="10" height="10"/>',
    '<a href="https://evil.example">press</a><script>alert(1)</script>',
    "</para><para>&amp; &#60; <b>not bold",
)
OTHERS = "bea@example.com"


@pytest.fixture
def shop(sqlite_url: str) -> DisputedShop:
    shop = DisputedShop(Database(sqlite_url))
    with shop.database.writing() as session:
        text = (DEMO_SHOP / "policy.yaml").read_text("utf-8")
        policy_versions.remember(session, shop.policy, text, NOW - days(30))
    return shop


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every string that is put on a page, as it is put there."""
    drawn: list[str] = []
    split = TTFont.splitString

    def listening(font: TTFont, text: str | bytes, *rest: Any) -> object:
        drawn.append(text if isinstance(text, str) else text.decode())
        return split(font, text, *rest)

    monkeypatch.setattr(TTFont, "splitString", listening)
    return drawn


def says(shop: DisputedShop, talk: str, *texts: str, photo: bytes | None = None) -> None:
    with shop.database.writing() as session:
        assert transcript.claim_turn(session, talk, "h", NOW)
        for text in texts:
            stored = transcript.accept_message(session, talk, "h", text, None, NOW)
            if photo:
                kept = keeping.add(session, talk, as_kept(photo), NOW)
                assert keeping.attach(session, talk, [kept.sha256], stored.seq)
        transcript.release_turn(session, talk, "h")


def disputed(shop: DisputedShop, kind: DisputeKind = DisputeKind.CHARGEBACK, *texts: str) -> str:
    """Ada's order arrived, and her bank takes the money back."""
    scan = event(NOW - days(3), "Delivered, signed by A. Lovelace", "Burlington, VT")
    scan.status = ShipmentStatus.DELIVERED
    arrived = parcel(
        ShipmentStatus.DELIVERED,
        carrier="UPS",
        tracking_number="1Z999",
        shipped_at=NOW - days(6),
        delivered_at=NOW - days(3),
        events=[scan],
    )
    shop.paid(
        "A-1",
        status=OrderStatus.DELIVERED,
        parcels=[arrived],
        placed_at=NOW - days(9),
        promised_at=NOW - days(2),
        recipient="Ada Lovelace",
        line1="1 Main Street",
        city="Burlington",
        country="US",
    )
    talk = shop.talk()
    says(shop, talk, *(texts or ("It never came.",)), photo=picture(300, 200))
    bank = from_the_bank(7500) if kind is DisputeKind.CHARGEBACK else None
    return shop.opened(kind, talk=talk, bank=bank)


def response(shop: DisputedShop, dispute_id: str) -> Response:
    with shop.database.reading() as session:
        found = read_response(session, dispute_id, shop.book)
    assert found is not None
    return found


def drawn(shop: DisputedShop, dispute_id: str) -> bytes:
    found = response(shop, dispute_id)
    with shop.database.reading() as session:
        talk = session.get_one(Dispute, dispute_id).conversation_id
        photos = {one.id: keeping.content(session, talk, one.id) or b"" for one in found.evidence.photos}
    return chargeback_response(found, photos, SHOP)


def text_of(written: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(written))


def test_a_chargeback_is_answered_in_the_shape_that_networks_want(
    shop: DisputedShop, written: list[str]
) -> None:
    content = drawn(shop, disputed(shop))

    assert content.startswith(b"%PDF-1.")
    assert content.count(b"/Subtype /Image") == 1
    text = text_of(written)
    chapters = (
        "Our position",
        "Transaction",
        "Timeline",
        "Proof of delivery",
        "Communication with the cardholder",
        "Refund policy as disclosed at the purchase",
        "What was refunded",
        "Photos from the cardholder",
    )
    places = [text.index(chapter) for chapter in chapters]
    assert places == sorted(places)
    for fact in (
        "CB-77",
        "Visa 13.1",
        SHOP.name,
        "$75.00",
        "A-1",
        "We hold that the charge of $75.00 is valid",
        "UPS recorded that parcel 1Z999 was delivered on",
        "Visa ending in 4242",
        "Ada Lovelace, 1 Main Street, Burlington",
        "Delivered, signed by A. Lovelace",
        "It never came.",
        "(with 1 photo, below)",
        "nothing of it has been given back",
        "Page 1 of ",
    ):
        assert fact in text, fact


def test_the_same_records_are_the_same_bytes(shop: DisputedShop) -> None:
    dispute_id = disputed(shop)

    assert drawn(shop, dispute_id) == drawn(shop, dispute_id)


def test_what_is_the_shops_own_or_somebody_elses_is_not_in_it(shop: DisputedShop, written: list[str]) -> None:
    bea = shop.customer(OTHERS, name="Bea Nother")
    other = shop.conversation(customer_id=bea)
    says(shop, other, "I am Bea and my order is Q-99")
    dispute_id = disputed(shop)
    with shop.database.writing() as session:
        lifecycle.escalate(
            session, dispute_id, "agent:maya@shop.example", shop.now, "She does this all the time"
        )

    drawn(shop, dispute_id)

    text = text_of(written)
    assert not re.search("Bea|Q-99|all the time|maya@|noor@|escalat", text)


def test_what_people_wrote_is_text_and_loads_nothing(shop: DisputedShop, written: list[str]) -> None:
    content = drawn(shop, disputed(shop, DisputeKind.CHARGEBACK, *PAYLOADS))

    assert b"/URI" not in content
    text = "".join(written).replace(" ", "")
    for payload in PAYLOADS:
        assert payload.replace(" ", "") in text


def test_signs_that_the_font_lacks_are_told_of(shop: DisputedShop, written: list[str]) -> None:
    drawn(
        shop,
        disputed(shop, DisputeKind.CHARGEBACK, "Zoë Łukasz Ωμέγα Юлия", "王小明 🎁 নতুন", "שלום\x00\u202e"),
    )

    text = text_of(written)
    assert "Zoë Łukasz Ωμέγα Юлия" in text
    assert "[U+1F381] [U+09A8]" in text
    assert "U+738B" not in text
    assert NOT_DRAWN in text
    assert "שלום" in text
    assert "\u202e" not in text


def test_chinese_japanese_and_korean_are_set_in_fonts_that_readers_have(
    shop: DisputedShop, written: list[str]
) -> None:
    said = (
        "王小明：灯坏了，<b>请退款</b>。" * 40,
        "ランプが壊れています。",
        "The lamp 램프가 고장났어요 is broken.",
    )
    content = drawn(shop, disputed(shop, DisputeKind.CHARGEBACK, *said))

    for name in (b"STSong-Light", b"HeiseiMin-W3", b"HYSMyeongJo-Medium"):
        assert b"/BaseFont /" + name in content
    assert EASTERN in text_of(written)
    assert NOT_DRAWN not in text_of(written)
    assert "<b>" in text_of(written)


def test_what_runs_from_right_to_left_is_joined_and_set_in_that_order(shop: DisputedShop) -> None:
    first, word = (shaped(text).outline.get_extents() for text in ("ש", "שלום"))
    last = shaped("ם").outline.get_extents()
    assert word.width > first.width + last.width
    starts = [shaped(text).outline.get_extents().x0 for text in ("שם", "ם")]
    assert starts[0] == pytest.approx(starts[1]), "the last letter stands at the left"
    assert shaped("سلام").width < sum(shaped(letter).width for letter in "سلام") - 0.5
    long = "שלום עולם " * 900
    content = drawn(shop, disputed(shop, DisputeKind.CHARGEBACK, "مرحبا، وصلني الطلب مكسورا", long))
    assert content.count(b"/Type /Page\n") > 3


def test_a_message_longer_than_a_page_fits(shop: DisputedShop, written: list[str]) -> None:
    drawn(shop, disputed(shop, DisputeKind.CHARGEBACK, "word " * 1500, "x" * 6000))

    assert int(re.findall(r"Page 1 of (\d+)", text_of(written))[0]) >= 4


def test_without_an_order_it_has_what_is_known(shop: DisputedShop, written: list[str]) -> None:
    talk = shop.talk()
    says(shop, talk, "You charged me and I never bought anything.")

    drawn(shop, shop.opened(DisputeKind.UNKNOWN_CHARGE, talk=talk, number=None))

    text = text_of(written)
    assert "these are the records" in text
    assert "Transaction" not in text
    assert "None" not in text


def test_the_position_follows_what_was_decided(shop: DisputedShop) -> None:
    dispute_id = disputed(shop, DisputeKind.DAMAGED)
    assert "is being examined" in response(shop, dispute_id).position

    shop.decided(dispute_id, OutcomeKind.REFUND)

    assert "We accepted the claim" in response(shop, dispute_id).position
    assert "has been given back already" in response(shop, dispute_id).position
