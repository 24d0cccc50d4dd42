"""The dice, somebody of a shop, and its rules: how a goal is told, and what the rules answer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from bot.evaluation.generated.buyers import Buyer, Item, Purchase
from bot.evaluation.generated.expected import Oracle
from bot.evaluation.generated.naming import Named, item_names, order_names, some_of
from bot.evaluation.generated.wording import wording
from bot.evaluation.scenario import Fact
from tools.cards import Refusal
from tools.change_cards import Need, Needed
from tools.commerce.changes.requests import (
    ChangeRequest,
    PostalAddress,
)

MOST_NEEDED = 4
"""Questions that one change may raise."""


@dataclass
class Goal:
    """`request` is None where nothing may be changed; `says` must be read in some reply."""

    template: str
    request: ChangeRequest | None = None
    slots: dict[str, str] = field(default_factory=dict)
    knows: dict[Fact, str] = field(default_factory=dict)
    ways: list[str] = field(default_factory=list)
    orders: set[str] = field(default_factory=set)
    says: str | None = None
    row: dict[str, str] = field(default_factory=dict)
    """Columns of the order's row as they must stand."""
    trap: str | None = None
    """The code of the rules' refusal."""


@dataclass(frozen=True)
class Draw:
    """Somebody of a shop, its rules, and the dice."""

    buyer: Buyer
    oracle: Oracle
    rng: Random
    addresses: Sequence[PostalAddress]
    """Of all the shop's orders: places that exist."""
    foreign: Sequence[str]
    """Numbers of orders that are somebody else's."""

    def named(self, names: Sequence[Named], goal: Goal, what: str) -> Named | None:
        """One of the ways, each as likely as the next."""
        if not names:
            return None
        way = self.rng.choice(sorted({one.way for one in names}))
        chosen = self.rng.choice([one for one in names if one.way == way])
        goal.ways.append(f"{what} by {way}")
        return chosen

    def tell_order(self, goal: Goal, purchase: Purchase, besides: Sequence[Item] = ()) -> bool:
        named = self.named(order_names(purchase, self.buyer, besides, self.rng), goal, "order")
        if named:
            goal.slots["order"] = goal.slots["order_or_it"] = named.text
            goal.knows["order_number"] = purchase.number
        return named is not None

    def tell_items(self, goal: Goal, purchase: Purchase, wanted: Mapping[int, int]) -> bool:
        """Names the lines, and the order too where they are only plain within it, or by chance."""
        items = [item for item in purchase.items if item.line in wanted]
        is_told = self.rng.random() < 0.5 and self.tell_order(goal, purchase, items)
        scope = purchase.items if is_told else self.buyer.items
        phrases: list[Named] = []
        for item in items:
            named = self.named(item_names(item, scope, self.rng), goal, "item")
            if named is None:
                return False
            count = wanted[item.line]
            phrases.append(some_of(count, named) if count < item.left else named)
        are_many = len(phrases) > 1 or phrases[0].is_plural
        goal.slots["items"] = listed([one.text for one in phrases])
        goal.slots.setdefault("order_or_it", "my order")
        goal.slots |= PLURAL if are_many else SINGULAR
        goal.knows["item"] = goal.slots["items"]
        goal.knows["order_number"] = purchase.number
        if len(items) == 1:
            goal.knows["quantity"] = str(wanted[items[0].line])
        return True

    def settle(self, goal: Goal, request: ChangeRequest) -> bool:
        """Answers what the rules ask; a refusal makes it a goal that nothing may come of."""
        goal.orders = {order} if (order := getattr(request, "order_number", None)) else set()
        for _ in range(MOST_NEEDED):
            outcome = self.oracle.plan(self.buyer.id, request)
            if isinstance(outcome, Refusal):
                # Of several things some may be possible, so that only a single one is plainly forbidden.
                goal.trap = outcome.code if len(getattr(request, "items", None) or ()) < 2 else None
                return False
            if not isinstance(outcome, Needed):
                goal.request = request
                return True
            answered = self._answered(goal, request, outcome)
            if answered is None:
                return False
            request = answered
        return False

    def _answered(self, goal: Goal, request: ChangeRequest, needed: Needed) -> ChangeRequest | None:
        rng, words = self.rng, wording()
        if needed.what is Need.REASON:
            known = [one.value for one in needed.choices if one.value in words.reasons]
            known = [one for one in known if one in self._reasons(request)]
            if not known:
                return None
            reason = rng.choice(known)
            told = rng.choice(words.reasons[reason])
            goal.slots["reason"] = told.format_map({**SINGULAR, **goal.slots})
            goal.knows["reason"] = goal.slots["reason"]
            return type(request).model_validate({**request.model_dump(), "reason": reason})
        if needed.what is Need.REFUND_TO:
            to = rng.choice([choice.value for choice in needed.choices])
            method = next(one for one in words.refund_to if one == to)
            goal.slots["refund"] = rng.choice(words.refund_to[method])
            goal.knows["refund_to"] = words.answers.refund_to[method]
            return type(request).model_validate({**request.model_dump(), "refund_to": to})
        if needed.what is Need.PAYMENT_METHOD:
            choice = rng.choice(needed.choices)
            goal.slots["payment"] = method_words(choice.label)
            goal.knows["payment_method"] = choice.label
            return type(request).model_validate({**request.model_dump(), "payment_method": choice.value})
        return None

    def _reasons(self, request: ChangeRequest) -> frozenset[str]:
        """Those that anything may be sent back for; a size only where there are sizes."""
        order = getattr(request, "order_number", None)
        items = self.buyer.purchase(order).items if order else ()
        has_size = bool(items) and all("Size" in item.options for item in items)
        return frozenset(wording().reasons) - (frozenset() if has_size else {"wrong_size"})


SINGULAR = {"it": "it", "they": "it", "is": "is", "doesn't": "doesn't", "they're": "it is"}
PLURAL = {"it": "them", "they": "they", "is": "are", "doesn't": "don't", "they're": "they are"}


def listed(phrases: Sequence[str]) -> str:
    return ", ".join(phrases[:-1]) + " and " + phrases[-1] if len(phrases) > 1 else phrases[0]


def method_words(label: str) -> str:
    """`my Visa ending in 4242`, `PayPal`."""
    return label if label == "PayPal" else f"my {label}"
