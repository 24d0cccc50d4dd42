"""An answer as one Slack message: its words, its cards, and the buttons below."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    ImageBlock,
    PlainTextObject,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from api.charts import ChartImage
from api.slack.cards import IMPERSONAL, as_blocks
from api.slack.cuts import cuts
from api.slack.drawing import Part, clipped, length_of, link, markdown, rich, section, words
from api.slack.incoming import Button
from api.slack.mrkdwn import escaped
from bot.events import PublicMessage
from tools.cards import Card, Citation
from tools.change_cards import ProposalCard
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import FeedbackVerdict, ProposalStatus, Role
from tools.kpi_cards import ExplanationCard, KpiCard

MOST_BLOCKS = 50
MOST_CARDS = 6
MOST_CHARACTERS = 11_000
"""In all blocks together; Slack refuses more than 13,200."""
MOST_BUTTONS = 6
LONGEST_NOTICE = 1500
LONGEST_CHOICE = 1500
"""So that it fits into what a button carries, which Slack takes 2,000 characters of."""
LABEL = 70
"""Characters on a button: Slack allows 75."""


@dataclass(frozen=True)
class Figure:
    """A chart that is in Slack already."""

    file_id: str
    chart: ChartImage


@dataclass(frozen=True)
class Answer:
    """`text` is what notifications and screen readers say, in Slack's mark-up."""

    text: str
    blocks: Sequence[Block] = field(default=())


def answer_of(
    conversation_id: str,
    message: PublicMessage,
    figures: dict[int, Figure] | None = None,
    asked: str | None = None,
) -> Answer:
    """`message` to post. `figures` are the charts of its cards, by the card's place in the message.

    `asked` are the words of a button that it answers, for they stand nowhere else in Slack.
    """
    shown = figures or {}
    blocks: list[Block] = [rich(section(words(asked, italic=True)))] if asked else []
    text = _without_definitions(message)
    blocks += [markdown(text)] if text else []
    for place, card in enumerate(message.cards[:MOST_CARDS]):
        drawn = as_blocks(card)
        if chart := shown.get(place):
            drawn = [*drawn[:1], _image(chart), *drawn[1:]]
        drawn += _decisions(conversation_id, message.id, card)
        if length_of([*blocks, *drawn]) > MOST_CHARACTERS:
            break
        blocks += drawn
    if message.citations:
        blocks.append(_sources(message.citations))
    ends = [*_next_questions(conversation_id, message), _feedback(conversation_id, message.id)]
    room = MOST_BLOCKS - len(ends)
    alternatives = [figure.chart.alt for figure in shown.values()]
    told = "\n".join(part for part in (text, *alternatives) if part)
    return Answer(clipped(escaped(told), LONGEST_NOTICE), [*blocks[:room], *ends])


def is_for_everybody(message: PublicMessage, role: Role) -> bool:
    """Whether an answer tells nothing of a customer, so that a whole channel may read it.

    An analyst's tools tell of none. Of those who may see orders, only answers that are figures or products count.
    """
    if role is Role.ANALYST:
        return True
    return bool(message.cards) and all(card.kind in IMPERSONAL for card in message.cards)


def charted(cards: Iterable[Card]) -> Iterator[tuple[int, KpiCard | ExplanationCard]]:
    """The cards that may have a chart, each with its place."""
    for place, card in enumerate(cards):
        if place < MOST_CARDS and isinstance(card, KpiCard | ExplanationCard):
            yield place, card


def notice(text: str) -> Answer:
    """A sentence of ours, for one person."""
    return Answer(escaped(text), [rich(section(words(text)))])


def _without_definitions(message: PublicMessage) -> str:
    """Its text without the lines that the cards of its figures have too."""
    metrics = [metric for card in message.cards if isinstance(card, KpiCard) for metric in card.metrics]
    metrics += [card.metric for card in message.cards if isinstance(card, ExplanationCard)]
    defined = {f"{metric.title}: {metric.definition}" for metric in metrics}
    return "\n".join(line for line in message.text.splitlines() if line not in defined).strip()


def _image(figure: Figure) -> ImageBlock:
    return ImageBlock(
        slack_file=SlackFile(id=figure.file_id),
        alt_text=clipped(figure.chart.alt, 1900),
        title=PlainTextObject(text=clipped(figure.chart.title, 1900), emoji=False),
    )


def _decisions(conversation_id: str, message_id: int, card: Card) -> list[Block]:
    if not isinstance(card, ProposalCard) or card.status is not ProposalStatus.OPEN:
        return []
    labels = ((Decision.CONFIRM, "Confirm", "primary"), (Decision.DECLINE, "Decline", None))
    buttons = [
        _button(
            label,
            f"decide:{decision.value}",
            Button(conversation=conversation_id, message=message_id, proposal=card.id, decision=decision),
            style=style,
        )
        for decision, label, style in labels
    ]
    return [ActionsBlock(elements=buttons)]


def _next_questions(conversation_id: str, message: PublicMessage) -> list[Block]:
    said = [(choice, choice) for choice in message.choices if len(choice) <= LONGEST_CHOICE]
    for card in message.cards:
        said += [(cut.label, cut.words) for cut in cuts(card)]
    buttons = [
        _button(label, f"say:{number}", Button(conversation=conversation_id, message=message.id, say=text))
        for number, (label, text) in enumerate(dict(said[:MOST_BUTTONS]).items())
    ]
    if any(isinstance(card, KpiCard) for card in message.cards):
        buttons.append(_button("CSV", "csv", Button(conversation=conversation_id, message=message.id)))
    return [ActionsBlock(elements=buttons)] if buttons else []


def _button(label: str, action_id: str, carried: Button, style: str | None = None) -> ButtonElement:
    text = PlainTextObject(text=clipped(label, LABEL), emoji=False)
    return ButtonElement(text=text, action_id=action_id, value=carried.value(), style=style)


def _feedback(conversation_id: str, message_id: int) -> ContextActionsBlock:
    def button(label: str, verdict: FeedbackVerdict) -> FeedbackButtonObject:
        carried = Button(conversation=conversation_id, message=message_id, verdict=verdict)
        text = PlainTextObject(text=label, emoji=False)
        return FeedbackButtonObject(text=text, accessibility_label=label, value=carried.value())

    element = FeedbackButtonsElement(
        action_id="rate",
        positive_button=button("Good answer", FeedbackVerdict.GOOD),
        negative_button=button("Bad answer", FeedbackVerdict.BAD),
    )
    return ContextActionsBlock(elements=[element])


def _sources(citations: Sequence[Citation]) -> Block:
    parts: list[Part] = [words("Source: " if len(citations) == 1 else "Sources: ")]
    for number, citation in enumerate(citations):
        parts += [words(", ")] if number else []
        parts.append(link(citation.url, citation.title))
    return rich(section(*parts))
