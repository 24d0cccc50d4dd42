"""What people may see of a transcript: texts, cards and citations, never a tool call or its raw answer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import JsonValue, TypeAdapter

from bot.events import ProposalState, PublicMessage, PublicPhoto, Reply
from tools.cards import Card, Citation
from tools.change_cards import ProposalCard, ReceiptCard
from tools.commerce import transcript
from tools.commerce.changes import proposals, showing
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import ConversationStatus, Message, MessageRole, ProposalStatus

AGENT = transcript.AUTHOR
"""Key of a message's payload: the name of the person of the shop who wrote it."""

TELLS = "tells"
"""Key of an answer's payload: the proposals whose end it tells without a card, and how they stand."""

PHOTOS = "photos"
"""Key of a user's message's payload: the photos that came with it."""

LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(((?:[^()\s]|\([^()\s]{0,200}\)){1,500})\)")
BLANK_LINES = re.compile(r"\n{3,}")
UNDECIDED = frozenset({ProposalStatus.OPEN, ProposalStatus.NEEDS_APPROVAL})
LISTS = {"order_list": {"order", "tracking", "returns"}, "product_list": {"product", "stock"}}
"""A list found on the way to something more definite is not shown beside it."""
STEPS = frozenset({"order", "order_list", "returns"})
"""Looked up on the way to a proposal, which says all that matters then."""

_CARDS: TypeAdapter[tuple[Card, ...]] = TypeAdapter(tuple[Card, ...])
_CITATIONS: TypeAdapter[tuple[Citation, ...]] = TypeAdapter(tuple[Citation, ...])
_STANDING: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])
_TEXTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
_PHOTOS: TypeAdapter[tuple[PublicPhoto, ...]] = TypeAdapter(tuple[PublicPhoto, ...])


def public_messages(rows: Sequence[Message]) -> tuple[PublicMessage, ...]:
    """The messages among `rows` that people see, in order. A turn's rows must be there from their beginning."""
    shown = []
    found: dict[int, list[tuple[str, tuple[Card, ...]]]] = {}
    offered: dict[int, tuple[str, ...]] = {}
    for row in rows:
        payload = row.payload or {}
        if row.role is MessageRole.TOOL:
            found.setdefault(row.turn, []).append((payload["tool_call_id"], cards_of(payload)))
            offered[row.turn] = choices_of(payload)
        elif row.role is MessageRole.USER:
            shown.append(_public(row, "user"))
        elif "tool_calls" not in payload and row.text:
            unsaid = payload.get("unsaid", ())
            looked_up = [
                card for call, cards in found.pop(row.turn, ()) if call not in unsaid for card in cards
            ]
            cards = worth_showing((*looked_up, *told_cards(payload)))
            citations = _CITATIONS.validate_python(payload.get("citations", ()))
            # A model that says what can be picked knows best; else what its last tool asked for.
            last_offered = offered.pop(row.turn, ())
            choices = _TEXTS.validate_python(payload.get("choices", last_offered))
            role: Literal["assistant", "agent"] = "agent" if AGENT in payload else "assistant"
            shown.append(_public(row, role, cards, citations, choices))
    return tuple(shown)


def messages_now(
    session: ReadSession | WriteSession, rows: Sequence[Message], now: datetime
) -> tuple[PublicMessage, ...]:
    """`public_messages`, with each proposal as it stands at this moment."""
    messages = public_messages(rows)
    ids = {card.id for message in messages for card in message.cards if isinstance(card, ProposalCard)}
    if not ids:
        return messages
    current = proposals.statuses(session, ids, now)
    return tuple(
        message.model_copy(update={"cards": tuple(_as_it_stands(card, current) for card in message.cards)})
        for message in messages
    )


def reply_of(session: ReadSession | WriteSession, conversation_id: str, turn: int, now: datetime) -> Reply:
    """What a turn came to: its answers, and where the conversation stands."""
    conversation = transcript.conversation(session, conversation_id)
    rows = transcript.of_turn(session, conversation_id, turn)
    answers = tuple(message for message in messages_now(session, rows, now) if message.role == "assistant")
    proposal = proposal_of(session, conversation_id, now)
    if proposal and proposal.status not in UNDECIDED and proposal.id not in _about(answers):
        proposal = None
    return Reply(
        messages=answers,
        proposal=proposal,
        status=conversation.status if conversation else ConversationStatus.CLOSED,
    )


def proposal_of(
    session: ReadSession | WriteSession, conversation_id: str, now: datetime
) -> ProposalState | None:
    """The conversation's newest proposal, as it stands."""
    found = proposals.newest(session, conversation_id)
    return ProposalState.of(showing.card(found, now)) if found else None


def told_cards(payload: dict[str, JsonValue]) -> tuple[Card, ...]:
    """The cards of an answer that no tool gave, but the shop's own code."""
    return _CARDS.validate_python(payload.get("cards", ()))


def told_without_cards(payload: dict[str, JsonValue]) -> dict[str, str]:
    """Proposals whose end an answer tells without showing what was decided: their ids, and how they stand."""
    return _STANDING.validate_python(payload.get(TELLS, {}))


def cards_payload(cards: Iterable[Card]) -> list[JsonValue]:
    """Cards as an answer's payload keeps them."""
    return [card.model_dump(mode="json", exclude_none=True) for card in cards]


def cards_of(payload: dict[str, JsonValue]) -> tuple[Card, ...]:
    artifact = payload.get("artifact")
    return _CARDS.validate_python(artifact.get("cards", ()) if isinstance(artifact, dict) else ())


def citations_of(payload: dict[str, JsonValue]) -> tuple[Citation, ...]:
    artifact = payload.get("artifact")
    return _CITATIONS.validate_python(artifact.get("citations", ()) if isinstance(artifact, dict) else ())


def choices_of(payload: dict[str, JsonValue]) -> tuple[str, ...]:
    artifact = payload.get("artifact")
    return _TEXTS.validate_python(artifact.get("choices", ()) if isinstance(artifact, dict) else ())


def photos_of(payload: dict[str, JsonValue] | None) -> tuple[PublicPhoto, ...]:
    return _PHOTOS.validate_python((payload or {}).get(PHOTOS, ()))


def worth_showing(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Each card once, without those that were only steps to a more definite one.

    Of several proposals only the last can be decided: it took the place of the others.
    """
    kinds = {card.kind for card in cards}
    last = max((i for i, card in enumerate(cards) if card.kind == "proposal"), default=None)
    kept = [
        card
        for i, card in enumerate(cards)
        if not LISTS.get(card.kind, set()) & kinds
        and (last is None or i == last or card.kind not in {*STEPS, "proposal"})
    ]
    return tuple(card for i, card in enumerate(kept) if card not in kept[:i])


def with_citations(
    text: str, offered: Iterable[Citation], may_show: Iterable[str] = ()
) -> tuple[str, tuple[Citation, ...]]:
    """The text to show and what it cites.

    A model cites by linking to one of the `offered` articles. Such links become citations; a link to anywhere
    else, unless its address is in `may_show`, loses its address and keeps its words, so that no text that a model
    read can send a person to a foreign host. Lines that were nothing but a citation are dropped.
    """
    by_url = {citation.url: citation for citation in offered}
    allowed = set(may_show)
    cited: list[Citation] = []

    def resolve(match: re.Match[str]) -> str:
        words, url = match.groups()
        citation = by_url.get(url)
        if citation is None:
            return match.group(0) if url in allowed else words
        if citation not in cited:
            cited.append(citation)
        return words

    lines = []
    for line in text.splitlines():
        before = len(cited)
        resolved = LINK.sub(resolve, line)
        only_links = not LINK.sub("", line).strip(" .;,-*()") and LINK.search(line)
        if not (only_links and len(cited) > before):
            lines.append(resolved)
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), tuple(cited)


def without_links(text: str) -> str:
    """`text` with links turned to words: telling of a change repeats what a shopper or a model wrote."""
    return with_citations(text, ())[0]


def _as_it_stands(card: Card, current: Mapping[str, ProposalStatus]) -> Card:
    if isinstance(card, ProposalCard):
        # One whose row has gone, with the demo shop that it was of, can't be decided any more.
        return card.model_copy(update={"status": current.get(card.id, ProposalStatus.EXPIRED)})
    return card


def _about(messages: Iterable[PublicMessage]) -> set[str]:
    """The ids of the proposals that the messages show, or whose outcome they tell."""
    cards = [card for message in messages for card in message.cards]
    shown = {card.id for card in cards if isinstance(card, ProposalCard)}
    return shown | {card.proposal_id for card in cards if isinstance(card, ReceiptCard)}


def _public(
    row: Message,
    role: Literal["user", "assistant", "agent"],
    cards: tuple[Card, ...] = (),
    citations: tuple[Citation, ...] = (),
    choices: tuple[str, ...] = (),
) -> PublicMessage:
    return PublicMessage(
        id=row.seq,
        role=role,
        text=row.text,
        author=(row.payload or {}).get(AGENT),
        photos=photos_of(row.payload),
        cards=cards,
        citations=citations,
        choices=choices,
        client_message_id=row.client_message_id,
        created_at=row.created_at.isoformat(timespec="milliseconds"),
    )
