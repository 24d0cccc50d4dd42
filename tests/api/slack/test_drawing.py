"""Whatever stands in answers and cards, Slack takes the blocks, and reads no mark-up in them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from api.slack.answers import answer_of
from api.slack.cuts import cuts
from api.slack.mrkdwn import escaped, plain
from bot.events import PublicMessage
from tests.api.slack.block_rules import wrong_in
from tests.tools.filled_cards import AT, KINDS, filled
from tools.cards import Card, Citation
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Better, Unit
from tools.facts import Facts
from tools.kpi_cards import (
    ContributionFacts,
    DriverFacts,
    ExplanationCard,
    FigureFacts,
    KpiCard,
    KpiRow,
    MetricFacts,
    Span,
)

MARKUP = "<!channel> <@U0BOSS> <https://evil.example|click> *bold* :smile: & `code`"
MARCH, FEBRUARY = (
    Span(first=date(2026, month, 1), last=date(2026, month, last)) for month, last in ((3, 31), (2, 28))
)
METRIC = MetricFacts(
    name="net_sales",
    title="Net sales",
    definition=MARKUP,
    time_basis="by day",
    unit=Unit.MONEY,
    better=Better.UP,
    adds_up=True,
)
FIGURE = FigureFacts(
    text="$1.00", value="100", before="50", before_text="$0.50", change_text="+100.0%", share_text="5%"
)
KPI = KpiCard(
    metrics=(METRIC,),
    currency="USD",
    span=MARCH,
    compared_to=FEBRUARY,
    grain=Grain.MONTH,
    dimensions=(Dimension.PRODUCT,),
    filters=(MARKUP,),
    total=(FIGURE,),
    rows=tuple(KpiRow(span=MARCH, members=(MARKUP * 5,), figures=(FIGURE,)) for _ in range(200)),
    left_out=3,
    others=(FIGURE,),
    as_of=AT,
    newest=AT,
    notes=(MARKUP,),
)
WHY = ExplanationCard(
    metric=METRIC,
    currency="USD",
    span=MARCH,
    compared_to=FEBRUARY,
    figure=FIGURE,
    change="+$0.50",
    drivers=(
        DriverFacts(
            dimension=Dimension.CHANNEL,
            members=(
                ContributionFacts(
                    member=None, figure=FIGURE, part="+$0.50", part_value="50", rate="+$0.50", mix="$0"
                ),
            ),
            others="$0",
            others_value="0",
        ),
    ),
)


@pytest.mark.parametrize("text", [MARKUP, "", "long " * 700], ids=["mark-up", "empty", "long"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_card_is_drawn_with_nothing_that_slack_refuses_or_reads(
    kind: type[Facts], text: str
) -> None:
    card = {KpiCard: KPI, ExplanationCard: WHY}.get(kind) or filled(kind, text)

    answer = answer_of("conversation", message(text, card, card, card))

    blocks = [block.to_dict() for block in answer.blocks]
    assert wrong_in(blocks, "message", lambda _: True) == []
    assert read_as_markup(blocks) == []
    assert "<" not in answer.text


@given(st.text(max_size=300))
@settings(max_examples=30)
def test_any_text_of_a_model_is_drawn_whole(text: str) -> None:
    answer = answer_of("conversation", message(f"{text}\n- item\n> quote\n**bold** end"))

    blocks = [block.to_dict() for block in answer.blocks]
    assert wrong_in(blocks, "message", lambda _: True) == []
    assert read_as_markup(blocks) == []


def test_a_long_answer_loses_nothing() -> None:
    blocks = [block.to_dict() for block in answer_of("conversation", message("word " * 1500)).blocks]

    assert sum(len(text) for text in _texts(blocks)) >= 7499
    assert wrong_in(blocks, "message", lambda _: True) == []


def test_lists_and_bold_words_look_like_it() -> None:
    (block, *_) = answer_of("conversation", message("Two of them:\n- **Red**: 1\n- Blue")).blocks

    section, items = block.to_dict()["elements"]
    assert section["elements"][0]["text"] == "Two of them:"
    assert items["type"] == "rich_text_list"
    assert items["elements"][0]["elements"][0] == {"type": "text", "text": "Red", "style": {"bold": True}}


def test_a_definition_is_told_once_and_of_many_weeks_the_newest_are_listed() -> None:
    figures = [FigureFacts(text=f"${number}") for number in range(40)]
    rows = tuple(KpiRow(span=MARCH, figures=(figure,)) for figure in figures)
    card = KPI.model_copy(update={"dimensions": (), "rows": rows, "others": (), "left_out": 0})
    answer = answer_of("conversation", message(f"Net sales: $1.\n\nNet sales: {MARKUP}", card))

    words = "".join(_texts([block.to_dict() for block in answer.blocks]))
    assert words.count(f"Net sales: {MARKUP}") == 1
    assert "$39" in words
    assert "$24" not in words
    assert "25 earlier rows" in words


def test_a_source_is_linked_where_slack_can_follow_the_link() -> None:
    sources = (
        Citation(title="Returns", url="https://shop.example/r"),
        Citation(title="Terms", url="/help/terms"),
    )
    drawn = answer_of("conversation", message("So it is.").model_copy(update={"citations": sources}))

    elements = drawn.blocks[1].to_dict()["elements"][0]["elements"]
    assert elements[1] == {"type": "link", "url": "https://shop.example/r", "text": "Returns"}
    assert elements[3] == {"type": "text", "text": "Terms"}


def test_the_next_cuts_are_those_that_the_figure_has_and_that_were_not_made() -> None:
    assert [cut.label for cut in cuts(KPI)] == ["By channel", "By category", "Against last year", "Why?"]
    by_channel = KPI.model_copy(update={"dimensions": (Dimension.CHANNEL,)})
    assert cuts(by_channel)[0].label == "By category"
    a_year_before = KPI.model_copy(
        update={"compared_to": Span(first=date(2025, 3, 1), last=date(2025, 3, 31))}
    )
    assert "Against last year" not in [cut.label for cut in cuts(a_year_before)]
    assert [cut.label for cut in cuts(WHY)] == ["Against last year"]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("<@U0BOT> how are we &lt;today&gt; &amp; tomorrow", "how are we <today> & tomorrow"),
        ("ask <@U0BOSS|kim> or <@U0BOSS>", "ask @kim or @U0BOSS"),
        ("<#C0SALES|sales> <!here> <!subteam^S1|@team> <!date^1^{date}|today>", "#sales @here @team today"),
        ("<https://shop.example/a|our shop> <https://shop.example/b>", "our shop https://shop.example/b"),
        ("<mailto:jo@home.example|jo@home.example>", "jo@home.example"),
        ("3 &lt; 4 &amp;lt;", "3 < 4 &lt;"),
    ],
)
def test_what_people_write_arrives_as_they_see_it(written: str, seen: str) -> None:
    assert plain(written, "U0BOT") == seen


@given(st.text(max_size=80))
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    assert "<" not in escaped(text)
    assert ">" not in escaped(text)
    assert (
        plain(escaped(text)) == " ".join(text.replace("\t", " ").split(" ")).strip()
        or "  " in text
        or "\t" in text
    )


def message(text: str, *cards: Any) -> PublicMessage:
    known = TypeAdapter(tuple[Card, ...]).validate_python(cards)
    return PublicMessage(
        id=2,
        role="assistant",
        text=text,
        cards=known,
        choices=(MARKUP, MARKUP * 40),
        created_at=AT.isoformat(),
    )


def read_as_markup(value: Any) -> list[str]:
    """Everything in the blocks that Slack would read as mark-up or as an emoji."""
    if isinstance(value, dict):
        found = [value["text"]] if value.get("type") == "mrkdwn" or value.get("emoji") else []
        return [*found, *(text for inner in value.values() for text in read_as_markup(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in read_as_markup(inner)]
    return []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
