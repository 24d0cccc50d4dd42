"""The app's home tab: the key figures, how they changed, and how they went."""

from collections.abc import Sequence
from decimal import Decimal

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject

from api.slack.drawing import rich, section, words
from api.slack.kpi_blocks import figure_text, span_text
from tools.kpi_cards import KpiCard

TREND = "▁▂▃▄▅▆▇█"
EXAMPLES = (
    "Net sales last week by channel",
    "Why did returns go up last month?",
    "On-time delivery by carrier since January",
)


def scorecard_blocks(shop_name: str, card: KpiCard) -> list[Block]:
    blocks: list[Block] = [
        HeaderBlock(text=PlainTextObject(text=f"{shop_name}: {span_text(card.span)}"[:150], emoji=False)),
        rich(section(words(f"Compared with {span_text(card.compared_to)}.", italic=True))),
    ]
    for place, (metric, figure) in enumerate(zip(card.metrics, card.total, strict=True)):
        course = [row.figures[place].value for row in card.rows]
        blocks += [
            DividerBlock(),
            rich(
                section(
                    words(f"{metric.title}\n"),
                    words(figure_text(metric, figure), bold=True),
                    words(f"\n{trend(course)}"),
                )
            ),
        ]
    examples = "".join(f"\n• {example}" for example in EXAMPLES)
    blocks += [DividerBlock(), rich(section(words("Ask in a message to me:", bold=True), words(examples)))]
    return blocks


def text_blocks(text: str) -> list[Block]:
    return [rich(section(words(text)))]


def trend(values: Sequence[str | None]) -> str:
    """The course of a figure in one line, from its lowest to its highest; a gap where it is not known."""
    known = [Decimal(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    steps = len(TREND) - 1
    return "".join(
        " " if value is None else TREND[int((Decimal(value) - low) * steps / ((high - low) or 1))]
        for value in values
    )
