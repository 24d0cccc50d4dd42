"""What somebody's own orders add up to."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.embedded.answering import orders
from bot.embedded.answering.figures import (
    Scope,
    is_of_items,
    is_over_all,
    measures_in,
    names_outright,
    scope_of,
)
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.intents import Intent
from bot.embedded.meant.identity import sign_in
from bot.embedded.meant.order import named_numbers
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Situation
from bot.embedded.wording import totals as wording
from bot.embedded.wording.totals import Measure
from tools.cards import Refusal, ToolResult
from tools.total_cards import OrderTotalsCard

LONGEST_THREAD = 4


def order_totals(task: Task, situation: Situation) -> Answer:
    """Each figure that is asked for. A question about one order is answered of that order."""
    if "summarize_my_orders" not in situation.tools:
        # Beside a case, one of its orders is what such a question is about.
        return orders.details(task, situation) if situation.is_beside_case else Answer(orders.NOT_FOR_ROLE)
    if named_numbers(task, situation):
        return orders.details(task, situation)
    texts = _thread(task, situation)
    measures = next((found for text in texts if (found := measures_in(text))), (Measure.SPENT,))
    scope = _scope(texts, situation)
    said: list[str] = []
    order: str | None = None
    for words in scope.items or ("",):
        card = _totals(scope, words, situation)
        if isinstance(card, OrderTotalsCard) and not card.orders and not names_outright(task.text, words):
            # Words that nothing of theirs has may be about anything.
            card, words = _totals(scope, "", situation), ""
        if isinstance(card, Refusal) and card.code == "sign_in_needed":
            _sign_in_first(task, situation)
        if not isinstance(card, OrderTotalsCard):
            return Answer(card.message if isinstance(card, Refusal) else "I couldn't look that up just now.")
        of_items = bool(words) or is_of_items(task.text)
        say = partial(wording.figure, card, today=situation.today, newest=scope.newest, of_items=of_items)
        said += [say(measure) for measure in measures]
        said.append(wording.left_out(card, measures))
        order = order or wording.order_meant(card, measures)
    return Answer(" ".join(dict.fromkeys(filter(None, said))), order=order)


def _totals(scope: Scope, words: str, situation: Situation) -> ToolResult:
    return situation.ask(
        "summarize_my_orders",
        placed_from=scope.span.first.isoformat() if scope.span else None,
        placed_to=scope.span.last.isoformat() if scope.span else None,
        newest=scope.newest,
        words=words or None,
    )


def _thread(task: Task, situation: Situation) -> list[str]:
    """The question, and those before it that it leans on, newest first: "and in May?", "how many was that?"."""
    texts = [task.text]
    if situation.memory.intent is Intent.ORDER_TOTALS and not task.resumed:
        for text in situation.earlier[: -LONGEST_THREAD - 1 : -1]:
            if not refers_back(texts[-1]):
                break
            texts.append(text)
    return texts


def _scope(texts: Sequence[str], situation: Situation) -> Scope:
    """Of each part what was said last."""
    scopes = [scope_of(text, situation.today) for text in texts]
    if is_over_all(texts[0]):
        scopes = scopes[:1]
    in_time = next((one for one in scopes if one.span or one.newest), Scope())
    items = next((one.items for one in scopes if one.items), ())
    return replace(in_time, items=items)


def _sign_in_first(task: Task, situation: Situation) -> None:
    """Raises Asks: for all of somebody's orders, the number of one is not enough."""
    try:
        sign_in(task, situation)
    except Asks as asks:
        before = "" if task.after_sign_in or task.resumed else f"{wording.NEEDS_SIGN_IN} "
        raise Asks(before + asks.text, asks.slot) from None


JOBS = {Intent.ORDER_TOTALS: order_totals}
