"""What people may see of a transcript: texts, cards and citations, never a tool call or its raw answer."""

import re
from collections.abc import Iterable, Sequence

from pydantic import JsonValue, TypeAdapter

from bot.events import PublicMessage, Reply
from tools.cards import Card, Citation
from tools.commerce import transcript
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import ConversationStatus, Message, MessageRole

LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(((?:[^()\s]|\([^()\s]{0,200}\)){1,500})\)")
BLANK_LINES = re.compile(r"\n{3,}")
LISTS = {"order_list": {"order", "tracking", "returns"}, "product_list": {"product", "stock"}}
"""A list found on the way to something more definite is not shown beside it."""

_CARDS: TypeAdapter[tuple[Card, ...]] = TypeAdapter(tuple[Card, ...])
_CITATIONS: TypeAdapter[tuple[Citation, ...]] = TypeAdapter(tuple[Citation, ...])


def public_messages(rows: Sequence[Message]) -> tuple[PublicMessage, ...]:
    """The messages among `rows` that people see, in order. A turn's rows must be there from their beginning."""
    shown = []
    found: dict[int, list[Card]] = {}
    for row in rows:
        payload = row.payload or {}
        if row.role is MessageRole.TOOL:
            found.setdefault(row.turn, []).extend(cards_of(payload))
        elif row.role is MessageRole.USER:
            shown.append(_public(row, "user"))
        elif "tool_calls" not in payload and row.text:
            cards = worth_showing(found.pop(row.turn, []))
            citations = _CITATIONS.validate_python(payload.get("citations", ()))
            shown.append(_public(row, "assistant", cards, citations))
    return tuple(shown)


def reply_of(session: ReadSession | WriteSession, conversation_id: str, turn: int) -> Reply:
    """What a turn came to: its answers, and where the conversation stands."""
    conversation = transcript.conversation(session, conversation_id)
    rows = transcript.of_turn(session, conversation_id, turn)
    return Reply(
        messages=tuple(message for message in public_messages(rows) if message.role == "assistant"),
        status=conversation.status if conversation else ConversationStatus.CLOSED,
    )


def cards_of(payload: dict[str, JsonValue]) -> tuple[Card, ...]:
    artifact = payload.get("artifact")
    return _CARDS.validate_python(artifact.get("cards", ()) if isinstance(artifact, dict) else ())


def citations_of(payload: dict[str, JsonValue]) -> tuple[Citation, ...]:
    artifact = payload.get("artifact")
    return _CITATIONS.validate_python(artifact.get("citations", ()) if isinstance(artifact, dict) else ())


def worth_showing(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Each card once, without the lists that were only steps to a more definite card."""
    kinds = {card.kind for card in cards}
    kept = [card for card in cards if not LISTS.get(card.kind, set()) & kinds]
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


def _public(
    row: Message, role: str, cards: tuple[Card, ...] = (), citations: tuple[Citation, ...] = ()
) -> PublicMessage:
    return PublicMessage(
        id=row.seq,
        role="user" if role == "user" else "assistant",
        text=row.text,
        cards=cards,
        citations=citations,
        client_message_id=row.client_message_id,
        created_at=row.created_at.isoformat(timespec="milliseconds"),
    )
