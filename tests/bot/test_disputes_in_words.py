"""Claims in plain words: the right case, after what the rules let the bot do, and none for a mere question."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation import Conversations, Identity
from bot.desk import Desk
from bot.embedded.answering.claims import claim_in
from bot.events import Reply
from knowledge.plain_yaml import plain_values
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.bot.conftest import NOW, Opened
from tests.bot.orders_to_change import of_other_shop
from tests.bot.other_shop import records
from tools.commerce.database import Database
from tools.commerce.importing import ShopDefaults, load
from tools.commerce.schema import (
    ConversationChannel,
    ConversationStatus,
    Dispute,
    DisputeKind,
    DisputeLine,
    Order,
    OrderLine,
)

pytestmark = pytest.mark.anyio

WORDINGS: Mapping[str, Sequence[str]] = plain_values(
    Path(__file__).with_name("dispute_wordings.yaml").read_text("utf-8")
)
CLAIMS = {kind: texts for kind, texts in WORDINGS.items() if kind not in {"only_asked", "how_it_stands"}}
ARRIVED, INES = "31337", "ines@tea.example"
"""Four items, five days ago."""
TOO_OLD, OLU = "80808", "olu@tea.example"
"""One item, ninety days ago: it can't come back any more."""
LEAST_RIGHT = 0.95


@pytest.fixture(scope="module")
def shop(desk_at: Opened, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Another shop than the demo's, with orders in every state."""
    file = tmp_path_factory.mktemp("claims") / "parley.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        for rows in (records(NOW), of_other_shop(NOW)):
            load(session, rows, ShopDefaults("USD", ShopProfile.load(DEMO_SHOP).zone))
    yield desk_at(database)
    database.close()


def test_eight_wordings_of_each_kind_are_told_apart() -> None:
    read = [(kind, text, claim_in(text)) for kind, texts in CLAIMS.items() for text in texts]
    wrong = [(kind, text, found) for kind, text, found in read if found != kind]

    assert {kind: len(texts) for kind, texts in CLAIMS.items()} == {
        kind.value: 8 for kind in DisputeKind if kind is not DisputeKind.OTHER
    }
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(read), wrong


def test_who_only_asks_claims_nothing() -> None:
    assert [text for text in WORDINGS["only_asked"] if claim_in(text)] == []


async def test_who_only_asks_opens_no_case(shop: Desk) -> None:
    conversations = Conversations(shop)
    before = len(_disputes(shop))

    for text in WORDINGS["only_asked"][:8]:
        reply = await conversations.reply(await _started(conversations, INES), text)
        assert reply.status is ConversationStatus.BOT, text

    assert len(_disputes(shop)) == before


@pytest.mark.parametrize(
    "kind", [DisputeKind.NOT_RECEIVED, DisputeKind.MISSING_ITEM, DisputeKind.DOUBLE_CHARGE]
)
async def test_what_the_records_deny_becomes_a_case_of_the_order(shop: Desk, kind: DisputeKind) -> None:
    for text in CLAIMS[kind]:
        reply, case = await _claimed(shop, INES, text, {"order": ARRIVED, "item": "the shoes"})

        assert case is not None, (text, reply)
        assert (case.kind, _number(shop, case)) == (kind, ARRIVED), text
        assert reply.status is ConversationStatus.WAITING
        if kind is DisputeKind.MISSING_ITEM and len(text.split()) < 5:
            assert _items(shop, case) == ["Trail Shoes"], text


@pytest.mark.parametrize("kind", [DisputeKind.UNKNOWN_CHARGE, DisputeKind.CHARGEBACK])
async def test_a_charge_nobody_knows_needs_no_order_and_no_proof(shop: Desk, kind: DisputeKind) -> None:
    for text in CLAIMS[kind]:
        reply, case = await _claimed(shop, None, text, {})

        assert case is not None, (text, reply)
        assert (case.kind, case.order_id) == (kind, None), text


@pytest.mark.parametrize("kind", [DisputeKind.DAMAGED, DisputeKind.WRONG_ITEM, DisputeKind.NOT_AS_DESCRIBED])
async def test_who_insists_on_what_the_rules_refuse_has_a_person_decide(
    shop: Desk, kind: DisputeKind
) -> None:
    for text in CLAIMS[kind][:2]:
        facts = {"order": TOO_OLD, "way": "my money back", "insists": "I want my money back, it's your fault"}
        reply, case = await _claimed(shop, OLU, text, facts)

        assert case is not None, (text, reply)
        assert (case.kind, _number(shop, case)) == (kind, TOO_OLD), text


async def test_a_refund_under_way_is_told_and_only_then_disputed(demo_desk: Desk) -> None:
    conversations = Conversations(demo_desk)
    talk = await _started(conversations, "hannah.weiss@fernway.example")

    told = await conversations.reply(talk, "my refund never arrived")
    insisted = await conversations.reply(talk, "but it isn't there!")

    assert told.status is ConversationStatus.BOT
    assert "refund" in told.messages[-1].text
    assert insisted.status is ConversationStatus.WAITING
    assert [case.kind for case in _disputes(demo_desk, talk)] == [DisputeKind.REFUND_NOT_RECEIVED]
    assert "opened a case" in insisted.messages[-1].text


async def test_how_it_stands_is_told_in_eight_wordings_another_day_and_on_another_device(shop: Desk) -> None:
    conversations = Conversations(shop)
    await _claimed(shop, INES, "says delivered but isn't here", {"order": ARRIVED})

    for text in WORDINGS["how_it_stands"]:
        reply = await conversations.reply(await _started(conversations, INES), text)
        assert f"of order {ARRIVED}" in reply.messages[-1].text or f"order {ARRIVED}, not" in (
            reply.messages[-1].text
        ), (text, reply)
        assert "You'll have the decision by" in reply.messages[-1].text, text
        assert reply.status is ConversationStatus.BOT

    elsewhere = await _started(conversations, None)
    asked = await conversations.reply(elsewhere, WORDINGS["how_it_stands"][0])
    proved = await conversations.reply(elsewhere, f"{ARRIVED}, {INES}")
    unknown = await conversations.reply(await _started(conversations, OLU), f"how is my case {ARRIVED}")
    assert "What is your order number" in asked.messages[-1].text
    assert f"order {ARRIVED}" in proved.messages[-1].text
    assert "You'll have the decision by" in proved.messages[-1].text
    assert (
        "can't find order" in unknown.messages[-1].text
        or "can't find that order" in unknown.messages[-1].text
    )


async def _claimed(
    desk: Desk, email: str | None, text: str, facts: Mapping[str, str]
) -> tuple[Reply, Dispute | None]:
    """Says `text`, answers from the facts what is asked, and insists once on what is refused."""
    conversations = Conversations(desk)
    talk = await _started(conversations, email)
    reply = await conversations.reply(talk, text)
    for _ in range(4):
        if reply.status is not ConversationStatus.BOT:
            break
        asked = reply.messages[-1].text
        if "Which order" in asked:
            said = facts["order"]
        elif "Which item" in asked:
            said = facts["item"]
        elif "money back?" in asked:
            said = facts["way"]
        else:
            said = facts.get("insists", text)
        reply = await conversations.reply(talk, said)
    cases = _disputes(desk, talk)
    assert len(cases) <= 1
    return reply, cases[0] if cases else None


async def _started(conversations: Conversations, email: str | None) -> str:
    who = Identity(email=email) if email else None
    return (await conversations.start(who, ConversationChannel.WIDGET)).id


def _disputes(desk: Desk, conversation_id: str | None = None) -> Sequence[Dispute]:
    wanted = select(Dispute)
    if conversation_id:
        wanted = wanted.where(Dispute.conversation_id == conversation_id)
    with desk.database.reading() as session:
        return session.scalars(wanted).all()


def _number(desk: Desk, case: Dispute) -> str | None:
    with desk.database.reading() as session:
        return session.scalar(select(Order.number).where(Order.id == case.order_id))


def _items(desk: Desk, case: Dispute) -> Sequence[str]:
    named = (
        select(OrderLine.name)
        .join(DisputeLine, DisputeLine.order_line_id == OrderLine.id)
        .where(DisputeLine.dispute_id == case.id)
    )
    with desk.database.reading() as session:
        return session.scalars(named).all()
