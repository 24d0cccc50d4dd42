"""What the embedded model knows when it is its turn: a pure reading of the messages it was given."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from bot.embedded.changes.draft import Draft, Later
from bot.embedded.intents import Intent
from bot.embedded.kpis.question import Figures
from bot.embedded.reading.product_words import facts_named, option_values
from bot.transcript import DECIDED, MEMORY, PHOTO, said_besides
from tools.cards import (
    ArticlesCard,
    IdentityFacts,
    OrderCard,
    OrderListCard,
    OrderSummary,
    Refusal,
    ToolResult,
)
from tools.change_cards import ReceiptCard
from tools.product_cards import ProductCard, ProductListCard, ProductSummary, StockCard

_RESULT: TypeAdapter[ToolResult] = TypeAdapter(ToolResult)
_SHOP = re.compile(r"You are the assistant of (.{1,100}?)(?:, an online shop)")
_TODAY = re.compile(r"^Today: (\d{4}-\d\d-\d\d)", re.MULTILINE)
_SIGNED_IN = "Shopper: signed in"
_BESIDE_A_CASE = "This chat is about one case at the desk"


class Slot(StrEnum):
    """What a question of ours asked for."""

    PROOF = "proof"
    """The order number, or the e-mail or postcode that goes with it."""
    ORDER = "order"
    """Which order of those shown, or its number."""
    EMAIL = "email"
    CODE = "code"
    PRODUCT = "product"
    ITEM = "item"
    """Which of an order's items something is wrong with."""
    CHANGE = "change"
    """What is still to be known of a change; the draft says what."""
    WISH = "wish"
    """Which of two readings of their wish is meant."""


class Memory(BaseModel):
    """What an answer of ours leaves behind for the next turn; kept with the answer in the transcript."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    intent: Intent | None = None
    """What the last answer, or the open question, was about."""
    text: str = ""
    """The words of that wish."""
    asked: Slot | None = None
    order: str | None = None
    product: str | None = None
    readings: tuple[Intent, ...] = ()
    """What the wish may be, where we asked which."""
    misunderstood: int = 0
    """How often in a row we had to say that we did not understand."""
    draft: Draft | None = None
    """The change that is being talked about, or was proposed last."""
    figures: Figures | None = None
    """What staff were told of the shop's figures."""
    later: tuple[Later, ...] = ()
    """Changes that were asked for beside the one that is talked about, and come after it."""
    set_aside: "Memory | None" = None
    """A question of ours that the person left open for something else."""
    offers: tuple[str, ...] = ()
    """What could be said next by picking it."""


@dataclass(frozen=True)
class Decided:
    """What code last said of a change that somebody said yes or no to."""

    receipt: ReceiptCard
    text: str


@dataclass(frozen=True)
class Call:
    tool: str
    args: Mapping[str, JsonValue]

    @property
    def key(self) -> str:
        return f"{self.tool} {json.dumps(self.args, sort_keys=True)}"


class NeedsTool(Exception):
    """Planning can go on once all of these have been answered."""

    def __init__(self, *calls: Call) -> None:
        super().__init__(", ".join(call.tool for call in calls))
        self.calls = calls


Likeness = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]]]
"""How close in meaning each text is to each of some others, at most 1; a row for each text."""


@dataclass(frozen=True)
class Situation:
    text: str
    """The person's latest message."""
    today: date
    shop: str
    signed_in: bool
    memory: Memory
    earlier: tuple[str, ...]
    """The person's messages before this one, oldest first."""
    results: Mapping[str, ToolResult]
    """What tools answered in this turn, by call."""
    orders_shown: tuple[OrderSummary, ...]
    products_shown: tuple[ProductSummary, ...]
    option_values: frozenset[str]
    """In lower case: the values of the options that the last product spoken of comes in."""
    tools: frozenset[str]
    likeness: Likeness
    facts_named: frozenset[str] = frozenset()
    """What the page of the last product spoken of has facts on: the names of its attributes and options, as words."""
    photos: int = 0
    """How many came with it."""
    prompt: str = ""
    """The instructions of the role, which tell of the shop's calendar."""
    last_answer: str = ""
    disagrees: bool = False
    """Whether they say that what was proposed is not what they meant."""
    settled: bool = False
    """Whether the person has just said yes or no to a change and no more, and code has told what became of it."""
    decided: Decided | None = None
    """Of the change that was proposed last; None while it waits for a yes."""
    receipts: tuple[ReceiptCard, ...] = ()
    """Of all changes that were decided in this conversation, oldest first."""
    turns: int = 0
    """How many messages the person has sent, this one included."""
    calls: Mapping[str, str] = field(default_factory=dict)
    """The ids of this turn's tool calls, with what was called."""
    answered_from: set[str] = field(default_factory=set, compare=False)
    """The calls whose results the answer rests on. What was only looked at, to tell what is meant, is not shown."""

    @property
    def is_staff(self) -> bool:
        """Whether a member of the shop's staff is asking; they have no orders of their own here."""
        return "list_my_orders" not in self.tools

    @property
    def is_beside_case(self) -> bool:
        """Whether staff ask about a case, whose shopper's orders are then those that are meant."""
        return _BESIDE_A_CASE in self.prompt and "get_case" in self.tools

    def ask(self, tool: str, **args: JsonValue) -> ToolResult:
        """What the tool answered in this turn, to answer from it. Raises NeedsTool while it has not been asked."""
        call = _call(tool, args)
        self.answered_from.add(call.key)
        return self._result(call)

    def look(self, tool: str, **args: JsonValue) -> ToolResult:
        """The same, but only to tell what is meant."""
        return self._result(_call(tool, args))

    def look_at_orders(self, numbers: Sequence[str]) -> list[OrderCard]:
        """Those of the orders that are there, looked at in one go."""
        calls = [_call("get_order_details", {"order_number": n}) for n in dict.fromkeys(numbers)]
        if missing := [call for call in calls if self._is_missing(call)]:
            raise NeedsTool(*missing)
        return [card for card in map(self._result, calls) if isinstance(card, OrderCard)]

    @property
    def unsaid(self) -> list[str]:
        """The ids of the calls that the answer says nothing of, once it is planned."""
        return [call_id for call_id, key in self.calls.items() if key not in self.answered_from]

    def _result(self, call: Call) -> ToolResult:
        if call.tool not in self.tools:
            return Refusal(code="not_for_role", message="I can't look that up for you here.")
        if self._is_missing(call):
            raise NeedsTool(call)
        return self.results[call.key]

    def _is_missing(self, call: Call) -> bool:
        return call.tool in self.tools and call.key not in self.results


def _call(tool: str, args: Mapping[str, JsonValue]) -> Call:
    return Call(tool, {name: value for name, value in args.items() if value is not None})


def read_situation(messages: Sequence[AnyMessage], tools: Sequence[str], likeness: Likeness) -> Situation:
    """The last human message is the one to answer; what follows it happened in this turn."""
    start = max((i for i, m in enumerate(messages) if isinstance(m, HumanMessage)), default=0)
    before, turn = messages[:start], messages[start:]
    prompt = "".join(m.text for m in messages if isinstance(m, SystemMessage))
    said = [_words_and_photos(m.text) for m in messages if isinstance(m, HumanMessage)]
    answers = [m for m in before if isinstance(m, AIMessage) and m.text]
    settled = [m for m in turn if isinstance(m, AIMessage) and DECIDED in m.additional_kwargs]
    besides = said_besides(messages, settled[-1]) if settled else ""
    shown = [result for _, result in _results(messages)][::-1]
    today, shop = _TODAY.search(prompt), _SHOP.search(prompt)
    return Situation(
        text=besides or (said[-1][0] if said else ""),
        photos=said[-1][1] if said else 0,
        today=date.fromisoformat(today[1]) if today else date.min,
        shop=shop[1] if shop else "the shop",
        signed_in=_SIGNED_IN in prompt,
        memory=_memory(answers),
        earlier=tuple(words for words, _ in said[:-1] if words),
        results=_standing(_results(turn)),
        orders_shown=next((r.orders for r in shown if isinstance(r, OrderListCard)), ()),
        products_shown=next((r.products for r in shown if isinstance(r, ProductListCard)), ()),
        option_values=next(
            (option_values(r) for r in shown if isinstance(r, ProductCard | StockCard)), frozenset()
        ),
        facts_named=next(
            (facts_named(r) for r in shown if isinstance(r, ProductCard | StockCard)), frozenset()
        ),
        tools=frozenset(tools),
        likeness=likeness,
        prompt=prompt,
        last_answer=answers[-1].text if answers else "",
        settled=bool(settled) and not besides,
        decided=_decided([*answers, *settled]),
        receipts=tuple(_receipt(a) for a in [*answers, *settled] if DECIDED in a.additional_kwargs),
        turns=len(said),
        calls={
            call["id"] or "": Call(call["name"], call["args"]).key
            for message in turn
            if isinstance(message, AIMessage)
            for call in message.tool_calls
        },
    )


def _words_and_photos(text: str) -> tuple[str, int]:
    lines = text.split("\n")
    words = [line for line in lines if line != PHOTO]
    return "\n".join(words), len(lines) - len(words)


def _memory(answers: Sequence[AIMessage]) -> Memory:
    # What code says of a decision leaves nothing behind: then what was noted before still holds.
    noted = next(
        (a.additional_kwargs[MEMORY] for a in reversed(answers) if MEMORY in a.additional_kwargs), None
    )
    try:
        return Memory.model_validate(noted or {})
    except ValidationError:
        return Memory()  # noted by another version


def _decided(answers: Sequence[AIMessage]) -> Decided | None:
    for answer in reversed(answers):
        draft = (answer.additional_kwargs.get(MEMORY) or {}).get("draft") or {}
        if draft.get("proposed") and not draft.get("idle"):
            return None
        if DECIDED in answer.additional_kwargs:
            return Decided(_receipt(answer), answer.text)
    return None


def _receipt(answer: AIMessage) -> ReceiptCard:
    return ReceiptCard.model_validate(answer.additional_kwargs[DECIDED])


def _standing(results: Iterable[tuple[str, ToolResult]]) -> dict[str, ToolResult]:
    """The results that still hold: what was refused or listed before somebody proved who they are does not."""
    standing: dict[str, ToolResult] = {}
    for key, result in results:
        if isinstance(result, IdentityFacts) and result.outcome != "code_sent":
            standing = {k: r for k, r in standing.items() if isinstance(r, IdentityFacts | ArticlesCard)}
        standing[key] = result
    return standing


def _results(messages: Sequence[AnyMessage]) -> Iterator[tuple[str, ToolResult]]:
    calls: dict[str, Call] = {}
    for message in messages:
        if isinstance(message, AIMessage):
            calls |= {call["id"] or "": Call(call["name"], call["args"]) for call in message.tool_calls}
        elif isinstance(message, ToolMessage) and message.tool_call_id in calls:
            yield calls[message.tool_call_id].key, _result(message)


def _result(message: ToolMessage) -> ToolResult:
    try:
        return _RESULT.validate_json(message.text)
    except ValidationError:
        # The tool refused its arguments, or never ran.
        return Refusal(code="tool_failed", message="I couldn't look that up just now.")
