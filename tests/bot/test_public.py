from datetime import UTC, datetime

from pydantic import JsonValue

from bot.public import public_messages, with_citations
from tools.cards import Citation
from tools.commerce.schema import Message, MessageRole

RETURNS = Citation(title="Returns: How long do I have", url="/help/returns#window")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def row(seq: int, role: MessageRole, text: str, payload: dict[str, JsonValue] | None = None) -> Message:
    return Message(
        conversation_id="c", seq=seq, turn=1, role=role, text=text, payload=payload, created_at=NOW
    )


def tool_row(seq: int, *cards: dict[str, JsonValue], choices: list[JsonValue] | None = None) -> Message:
    artifact: JsonValue = {"cards": list(cards), "choices": choices or []}
    return row(seq, MessageRole.TOOL, "{}", {"tool_call_id": str(seq), "name": "t", "artifact": artifact})


def contact(email: str = "care@shop.example") -> dict[str, JsonValue]:
    return {"kind": "contact", "email": email, "hours": "Monday to Friday", "open_now": True}


def order_list() -> dict[str, JsonValue]:
    return {"kind": "order_list", "orders": [], "total_orders": 0}


def tracking() -> dict[str, JsonValue]:
    return {"kind": "tracking", "number": "FW-1", "order_status": "shipped"}


def test_people_see_words_and_cards_but_no_tool_calls() -> None:
    rows = [
        row(1, MessageRole.USER, "How do I reach you?"),
        row(2, MessageRole.ASSISTANT, "Let me see", {"tool_calls": [{"id": "1", "name": "t", "args": {}}]}),
        tool_row(3, contact()),
        row(4, MessageRole.ASSISTANT, "Write to us."),
    ]
    shown = public_messages(rows)
    assert [(m.id, m.role, m.text) for m in shown] == [
        (1, "user", "How do I reach you?"),
        (4, "assistant", "Write to us."),
    ]
    assert [card.kind for card in shown[1].cards] == ["contact"]


def test_a_list_found_on_the_way_is_not_shown_beside_what_it_led_to() -> None:
    rows = [tool_row(2, order_list()), tool_row(3, tracking()), row(4, MessageRole.ASSISTANT, "On its way.")]
    assert [card.kind for card in public_messages(rows)[0].cards] == ["tracking"]


def test_a_list_that_led_nowhere_is_shown_and_no_card_twice() -> None:
    rows = [tool_row(2, order_list()), tool_row(3, order_list()), row(4, MessageRole.ASSISTANT, "Which one?")]
    assert [card.kind for card in public_messages(rows)[0].cards] == ["order_list"]


def test_what_a_tool_asked_for_can_be_picked_whatever_words_the_model_puts_it_in() -> None:
    asked = tool_row(2, choices=["Visa ending in 4242", "Store credit"])

    shown = public_messages([asked, row(3, MessageRole.ASSISTANT, "And where should the money go?")])
    assert shown[0].choices == ("Visa ending in 4242", "Store credit")

    answered = public_messages([asked, tool_row(3, tracking()), row(4, MessageRole.ASSISTANT, "On its way.")])
    assert answered[0].choices == ()


def test_a_model_that_says_what_can_be_picked_goes_before_the_tool() -> None:
    asked = tool_row(2, choices=["Name", "Phone"])
    answer = row(3, MessageRole.ASSISTANT, "What is the new name?", {"choices": []})

    [shown] = public_messages([asked, answer])

    assert shown.choices == ()


def test_a_line_that_only_links_an_article_becomes_a_citation() -> None:
    text, cited = with_citations(f"You have 30 days.\n\n[Returns: Window]({RETURNS.url})", [RETURNS])
    assert text == "You have 30 days."
    assert cited == (RETURNS,)


def test_an_article_linked_within_a_sentence_keeps_its_words() -> None:
    text, cited = with_citations(f"See [our returns page]({RETURNS.url}) for more.", [RETURNS])
    assert text == "See our returns page for more."
    assert cited == (RETURNS,)


def test_a_link_to_anywhere_else_loses_its_address() -> None:
    text, cited = with_citations(
        "Get your [refund](https://evil.example/x) ![x](https://evil.example/p.png)", [RETURNS]
    )
    assert "evil" not in text
    assert "refund" in text
    assert cited == ()


def test_a_link_whose_address_has_brackets_loses_it_too() -> None:
    text, _ = with_citations(
        "See [here](javascript:alert(1)) and [there](https://evil.example/a(b))", [RETURNS]
    )
    assert text == "See here and there"
