"""Changes carried through by the embedded model: judged by what the database holds at the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from bot.conversation import Conversations, Identity
from bot.events import DoneEvent, PublicMessage
from knowledge.plain_yaml import plain_values
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.bot.conftest import NOW, Opened
from tests.bot.mailed_code import with_code
from tests.bot.orders_to_change import of_demo_shop, of_other_shop
from tests.bot.other_shop import records
from tools.commerce.database import Database, ReadSession
from tools.commerce.demo import create_demo_shop
from tools.commerce.importing import ShopDefaults, load
from tools.commerce.schema import (
    ConversationChannel,
    Order,
    OrderLine,
    Proposal,
    Return,
    ReturnLine,
    ReturnStatus,
)

pytestmark = pytest.mark.anyio

DEFAULTS = ShopDefaults("USD", ShopProfile.load(DEMO_SHOP).zone)


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Turn(_Written):
    say: str
    """`{code}` is the last one-time code e-mailed."""
    has: list[str] = []
    lacks: list[str] = []
    starts: str | None = None
    cites: str | None = None


class End(_Written):
    """Of the newest proposal; what is None is not looked at."""

    kind: str
    status: str | None = None
    lines: dict[int, int] | None = None
    becomes: dict[int, str] = {}
    amount: int | None = None
    to: list[str] | None = None
    request: dict[str, Any] = {}


class Row(_Written):
    """Of an order; by line number where it is about lines."""

    status: str | None = None
    cancelled: dict[int, int] = {}
    returned: dict[int, int] = {}
    quantity: dict[int, int] = {}
    options: dict[int, str] = {}
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


class Dialogue(_Written):
    name: str
    shop: str = "demo"
    who: Identity | None = None
    turns: list[Turn]
    ends: End | None = None
    orders: dict[str, Row] = {}


DIALOGUES = [
    Dialogue.model_validate(row)
    for row in plain_values((Path(__file__).parent / "change_dialogues.yaml").read_text())
]


@pytest.fixture(scope="session")
def shops(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The files of two shops, made once; each dialogue begins with a copy."""
    folder = tmp_path_factory.mktemp("shops")
    files = {name: folder / f"{name}.db" for name in ("demo", "other")}
    for name, file in files.items():
        file.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{file}")
        if name == "demo":
            create_demo_shop(database, orders=40, now=NOW)
        with database.writing() as session:
            if name == "other":
                load(session, records(NOW), DEFAULTS)
            load(session, of_demo_shop(NOW) if name == "demo" else of_other_shop(NOW), DEFAULTS)
        database.close()
    return files


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_dialogue(
    dialogue: Dialogue, shops: Mapping[str, Path], desk_at: Opened, tmp_path: Path
) -> None:
    file = tmp_path / "parley.db"
    file.write_bytes(shops[dialogue.shop].read_bytes())
    database = Database(f"sqlite:///{file}")
    desk = desk_at(database)
    conversations = Conversations(desk)
    opened = await conversations.start(dialogue.who, ConversationChannel.COMMAND_LINE)
    told: list[str] = []
    for turn in dialogue.turns:
        answer = await _answer(conversations, opened.id, with_code(turn.say, desk))
        told += [f"> {turn.say}", answer.text]
        _check(turn, answer, "\n".join(told))
    with database.reading() as session:
        _check_end(dialogue, session, "\n".join(told))
    database.close()


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len(DIALOGUES) >= 60
    assert len({dialogue.name for dialogue in DIALOGUES}) == len(DIALOGUES)
    assert {dialogue.shop for dialogue in DIALOGUES} == {"demo", "other"}


async def _answer(conversations: Conversations, conversation_id: str, text: str) -> PublicMessage:
    async for event in conversations.send(conversation_id, text, live=False):
        if isinstance(event, DoneEvent):
            return event.reply.messages[-1]
    raise AssertionError("a turn ends with `done`")


def _check(turn: Turn, answer: PublicMessage, told: str) -> None:
    lower = answer.text.lower()
    assert [text for text in turn.has if text.lower() not in lower] == [], told
    assert [text for text in turn.lacks if text.lower() in lower] == [], told
    assert turn.starts is None or answer.text.startswith(turn.starts), told
    assert turn.cites is None or any(turn.cites in citation.url for citation in answer.citations), told


def _check_end(dialogue: Dialogue, session: ReadSession, told: str) -> None:
    newest = session.scalars(select(Proposal).order_by(Proposal.created_at.desc())).first()
    if dialogue.ends is None:
        assert newest is None, told
    else:
        assert newest is not None, told
        found = _as_end(newest, dialogue.ends)
        assert found == dialogue.ends.model_dump(), told
    for number, row in dialogue.orders.items():
        order = session.scalars(select(Order).where(Order.number == number)).one()
        expected = row.model_dump(exclude_defaults=True)
        assert _as_row(session, order, expected) == expected, told


def _as_end(proposal: Proposal, wanted: End) -> dict[str, Any]:
    """The proposal, as much of it as is looked at."""
    lines = proposal.plan["lines"]
    becomes = {line["line"]: line["becomes"] for line in lines if line["line"] in wanted.becomes}
    found = {
        "kind": proposal.kind,
        "status": proposal.status,
        "lines": {line["line"]: line["quantity"] for line in lines},
        "amount": proposal.amount_minor,
        "to": list(dict.fromkeys(movement["to"] for movement in proposal.plan["movements"])),
    }
    looked_at = {key: value if getattr(wanted, key) is not None else None for key, value in found.items()}
    return {
        **looked_at,
        "becomes": becomes,
        "request": {key: proposal.request[key] for key in wanted.request},
    }


def _as_row(session: ReadSession, order: Order, wanted: Mapping[str, Any]) -> dict[str, Any]:
    lines = {
        line.line_no: line
        for line in session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))
    }
    returned = dict.fromkeys(lines, 0)
    standing = select(ReturnLine).join(Return).where(Return.order_id == order.id)
    for part in session.scalars(standing.where(Return.status != ReturnStatus.CANCELLED)):
        number = next(number for number, line in lines.items() if line.id == part.order_line_id)
        returned[number] += part.quantity
    by_line: dict[str, dict[int, Any]] = {
        "cancelled": {number: line.cancelled_quantity for number, line in lines.items()},
        "quantity": {number: line.quantity for number, line in lines.items()},
        "options": {number: line.options for number, line in lines.items()},
        "returned": returned,
    }
    return {
        key: {number: by_line[key][number] for number in value} if key in by_line else getattr(order, key)
        for key, value in wanted.items()
    }
