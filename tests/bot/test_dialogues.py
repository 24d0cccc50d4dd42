"""Whole conversations with the embedded model: what a person says, and the facts that the answer must hold."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from bot.conversation import Conversations, Identity
from bot.desk import Desk
from bot.events import DoneEvent, PublicMessage, WorkingEvent
from knowledge.plain_yaml import plain_values
from tests.bot.mailed_code import with_code
from tools.commerce.schema import ConversationChannel

pytestmark = pytest.mark.anyio


class Turn(BaseModel):
    """What somebody says (`{code}` is the last one-time code e-mailed), and what must be true of the answer."""

    model_config = ConfigDict(extra="forbid")

    say: str
    has: list[str] = []
    """Each stands in the text, in upper or lower case."""
    lacks: list[str] = []
    matches: str | None = None
    starts: str | None = None
    cards: list[str] | None = None
    """The kinds of all cards, in any order."""
    card: dict[str, Any] = {}
    """Values, by dotted path, of the first card."""
    cites: str | None = None
    uses: list[str] = []
    """Tools that were asked."""
    uses_not: list[str] = []


class Dialogue(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    shop: str = "demo"
    who: Identity | None = None
    turns: list[Turn]


DIALOGUES = [
    Dialogue.model_validate(row)
    for row in plain_values((Path(__file__).parent / "dialogues.yaml").read_text())
]


@pytest.fixture
def desks(demo_desk: Desk, other_desk: Desk) -> dict[str, Desk]:
    return {"demo": demo_desk, "other": other_desk}


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_dialogue(dialogue: Dialogue, desks: dict[str, Desk]) -> None:
    desk = desks[dialogue.shop]
    conversations = Conversations(desk)
    opened = await conversations.start(dialogue.who, ConversationChannel.COMMAND_LINE)
    for turn in dialogue.turns:
        tools: list[str] = []
        async for event in conversations.send(opened.id, with_code(turn.say, desk)):
            if isinstance(event, WorkingEvent):
                tools.append(event.tool)
            if isinstance(event, DoneEvent):
                (answer,) = event.reply.messages
        _check(turn, answer, tools)


def test_the_dialogues_are_many_and_have_names_of_their_own() -> None:
    assert len(DIALOGUES) >= 45
    assert len({dialogue.name for dialogue in DIALOGUES}) == len(DIALOGUES)


def _check(turn: Turn, answer: PublicMessage, tools: list[str]) -> None:
    told = f"{turn.say!r} got {answer.text!r}, tools {tools}, cards {[card.kind for card in answer.cards]}"
    lower = answer.text.lower()
    assert [text for text in turn.has if text.lower() not in lower] == [], told
    assert [text for text in turn.lacks if text.lower() in lower] == [], told
    assert turn.matches is None or re.search(turn.matches, answer.text, re.IGNORECASE), told
    assert turn.starts is None or answer.text.startswith(turn.starts), told
    if turn.cards is not None:
        assert sorted(card.kind for card in answer.cards) == sorted(turn.cards), told
    for path, value in turn.card.items():
        assert _value(json.loads(answer.cards[0].model_dump_json()), path) == value, told
    cited = [citation.url for citation in answer.citations]
    assert turn.cites is None or any(turn.cites in url for url in cited), f"{told}, cited {cited}"
    assert set(turn.uses) <= set(tools), told
    assert not set(turn.uses_not) & set(tools), told


def _value(card: Any, path: str) -> Any:
    for part in path.split("."):
        card = card[int(part)] if part.isdigit() else card[part]
    return card
