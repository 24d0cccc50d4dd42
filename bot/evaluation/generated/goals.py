"""What somebody may want of what they bought: drawn from what their orders hold, and settled by the shop's rules."""

from collections.abc import Callable, Mapping

from bot.evaluation.generated.buyers import Purchase
from bot.evaluation.generated.drawing import PLURAL, SINGULAR, Draw, Goal, listed, method_words
from bot.evaluation.generated.naming import item_names
from bot.evaluation.generated.swaps import Swap, drawn_swap
from bot.evaluation.generated.wording import wording
from tools.commerce.changes.requests import (
    AddressChangeRequest,
    CancellationRequest,
    ExchangeRequest,
    ItemChangeRequest,
    LineWish,
    PaymentChangeRequest,
    PostalAddress,
    ProfileChangeRequest,
    ReturnRequest,
)
from tools.commerce.money import format_money, to_major
from tools.commerce.schema import OrderStatus

NOT_SENT = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING})


def _some_lines(draw: Draw, purchase: Purchase, most: int = 3) -> dict[int, int]:
    """Some of its lines that are left, and how many of each: mostly all."""
    left = [item for item in purchase.items if item.left]
    count = min(len(left), draw.rng.choice([1, 1, 1, 2, 2, most]))
    chosen = draw.rng.sample(left, count)
    return {
        item.line: draw.rng.randint(1, item.left - 1)
        if item.left > 1 and draw.rng.random() < 0.3
        else item.left
        for item in sorted(chosen, key=lambda item: item.line)
    }


def _purchase(draw: Draw, statuses: frozenset[OrderStatus]) -> Purchase | None:
    found = [one for one in draw.buyer.purchases if one.status in statuses and any(i.left for i in one.items)]
    return draw.rng.choice(found) if found else None


def return_items(draw: Draw) -> Goal | None:
    purchase, goal = _purchase(draw, frozenset({OrderStatus.DELIVERED, OrderStatus.SHIPPED})), Goal("return")
    if purchase is None:
        return None
    wanted = _some_lines(draw, purchase)
    if not draw.tell_items(goal, purchase, wanted):
        return None
    lines = tuple(LineWish(line=line, quantity=count) for line, count in wanted.items())
    is_plan = draw.settle(goal, ReturnRequest(order_number=purchase.number, items=lines))
    return goal if is_plan or goal.trap else None


def cancel_order(draw: Draw) -> Goal | None:
    purchase, goal = (
        _purchase(draw, NOT_SENT | {OrderStatus.SHIPPED}),
        Goal("cancel_order", slots=dict(SINGULAR)),
    )
    if purchase is None or not draw.tell_order(goal, purchase):
        return None
    is_plan = draw.settle(goal, CancellationRequest(order_number=purchase.number))
    if draw.rng.random() < 0.25 and purchase.status in NOT_SENT | {OrderStatus.SHIPPED}:
        goal.template = "if_not_shipped"
    return goal if is_plan or goal.trap else None


def cancel_items(draw: Draw) -> Goal | None:
    purchase, goal = _purchase(draw, NOT_SENT), Goal("cancel_items")
    if purchase is None or len(purchase.items) < 2:
        return None
    wanted = _some_lines(draw, purchase, most=2)
    if len(wanted) == len(purchase.items) or not draw.tell_items(goal, purchase, wanted):
        return None
    lines = tuple(LineWish(line=line, quantity=count) for line, count in wanted.items())
    return goal if draw.settle(goal, CancellationRequest(order_number=purchase.number, items=lines)) else None


def _swapped(
    draw: Draw, statuses: frozenset[OrderStatus], template: str
) -> tuple[Goal, Purchase, list[Swap]] | None:
    purchase, goal = _purchase(draw, statuses), Goal(template, slots=dict(SINGULAR))
    if purchase is None:
        return None
    candidates = [item for item in purchase.items if item.left == item.quantity and item.others]
    count = min(len(candidates), draw.rng.choice([1, 1, 2, 2, 3]))
    items = draw.rng.sample(candidates, count)
    is_told = draw.rng.random() < 0.5 and draw.tell_order(goal, purchase, items)
    scope = purchase.items if is_told else draw.buyer.items
    swaps: list[Swap] = []
    for item in items:
        named = draw.named(item_names(item, scope, draw.rng), goal, "item")
        swap = drawn_swap(item, named.text, draw.rng) if named else None
        if swap is None:
            return None
        goal.ways.append(f"version by {swap.way}")
        swaps.append(swap)
    if not swaps:
        return None
    goal.slots["swaps"] = listed([swap.text for swap in swaps])
    goal.slots |= PLURAL if len(swaps) > 1 or items[0].left > 1 else SINGULAR
    goal.knows["order_number"] = purchase.number
    goal.knows["item"] = listed([swap.item for swap in swaps])
    goal.knows["option"] = swaps[0].label if len(swaps) == 1 else goal.slots["swaps"]
    return goal, purchase, swaps


def exchange(draw: Draw) -> Goal | None:
    found = _swapped(draw, frozenset({OrderStatus.DELIVERED}), "exchange")
    if found is None:
        return None
    goal, purchase, swaps = found
    request = ExchangeRequest(order_number=purchase.number, items=tuple(swap.wish for swap in swaps))
    return goal if draw.settle(goal, request) or goal.trap else None


def change_items(draw: Draw) -> Goal | None:
    found = _swapped(draw, NOT_SENT, "change_items")
    if found is None:
        return None
    goal, purchase, swaps = found
    request = ItemChangeRequest(order_number=purchase.number, items=tuple(swap.wish for swap in swaps))
    return goal if draw.settle(goal, request) or goal.trap else None


def in_one_line(address: PostalAddress) -> str:
    place = " ".join(part for part in (address.region, address.postcode) if part)
    return ", ".join(part for part in (address.line1, address.city, place) if part)


def _new_address(draw: Draw, country: str) -> PostalAddress | None:
    there = [one for one in draw.addresses if one.country == country]
    if not there:
        return None
    street = f"{draw.rng.randint(2, 980)} {draw.rng.choice(wording().streets)}"
    return draw.rng.choice(there).model_copy(update={"line1": street, "line2": None, "recipient": None})


def change_address(draw: Draw) -> Goal | None:
    purchase, goal = _purchase(draw, NOT_SENT), Goal("address")
    if purchase is None or purchase.address is None or not draw.tell_order(goal, purchase):
        return None
    known = [one for one in draw.buyer.places if one.address.line1 != purchase.address.line1]
    if known and draw.rng.random() < 0.5:
        place = draw.rng.choice(known)
        address: PostalAddress | None = place.address
        goal.slots["address"] = (
            "my default address" if place.is_default else f"my {place.label.lower()} address"
        )
        goal.ways.append("address by address book")
    else:
        address = _new_address(draw, purchase.address.country)
        goal.slots["address"] = in_one_line(address) if address else ""
        goal.ways.append("address typed")
    if address is None:
        return None
    goal.knows["address"] = in_one_line(address)
    goal.row = {"line1": address.line1, "city": address.city, "postcode": address.postcode}
    return (
        goal
        if draw.settle(goal, AddressChangeRequest(order_number=purchase.number, address=address))
        else None
    )


def change_payment(draw: Draw) -> Goal | None:
    purchase, goal = _purchase(draw, NOT_SENT), Goal("payment")
    if purchase is None or not draw.tell_order(goal, purchase):
        return None
    return goal if draw.settle(goal, PaymentChangeRequest(order_number=purchase.number)) else None


def change_profile(draw: Draw) -> Goal | None:
    country = next((one.address.country for one in draw.buyer.purchases if one.address), None)
    what = draw.rng.choice(["phone", "address", "newsletter"])
    goal = Goal(f"profile_{what}")
    if what == "phone":
        goal.slots["phone"] = f"+1 555 010 {draw.rng.randint(1000, 9999)}"
        return goal if draw.settle(goal, ProfileChangeRequest(phone=goal.slots["phone"])) else None
    if what == "newsletter":
        goal.slots["newsletter"] = "unsubscribe me from" if draw.buyer.newsletter else "subscribe me to"
        return goal if draw.settle(goal, ProfileChangeRequest(newsletter=not draw.buyer.newsletter)) else None
    address = _new_address(draw, country) if country else None
    if address is None:
        return None
    goal.slots["address"], goal.says = in_one_line(address), address.line1
    return goal if draw.settle(goal, ProfileChangeRequest(address=address)) else None


def ask(draw: Draw) -> Goal | None:
    """A question whose answer the records give."""
    purchase = draw.rng.choice(draw.buyer.purchases)
    goal = Goal(draw.rng.choice(["ask_total", "ask_status", "ask_price"]))
    if goal.template == "ask_price":
        item = draw.rng.choice(purchase.items)
        versions = [one for one in item.others if len(one.options) == 1]
        if not versions:
            return None
        version = draw.rng.choice(versions)
        goal.slots = {"name": item.name, "values": ", ".join(version.options.values())}
        goal.says = str(to_major(version.price, purchase.currency))
        return goal
    if not draw.tell_order(goal, purchase):
        return None
    total = format_money(purchase.total, purchase.currency)
    goal.says = total if goal.template == "ask_total" else _SAID.get(purchase.status)
    return goal if goal.says else None


def of_somebody_else(draw: Draw) -> Goal | None:
    """An order that isn't theirs."""
    if not draw.foreign:
        return None
    template = draw.rng.choice(["cancel_order", "address", "payment"])
    goal = Goal(template, slots=dict(SINGULAR), trap="somebody_elses")
    goal.slots["order"] = f"order {draw.rng.choice(draw.foreign)}"
    goal.slots["address"] = (
        f"{draw.rng.randint(2, 980)} {draw.rng.choice(wording().streets)}, Springfield 62704"
    )
    goal.slots["payment"] = method_words(draw.rng.choice(sorted(draw.buyer.methods.values()) or ["PayPal"]))
    goal.slots["reason"] = "I changed my mind"
    return goal


_SAID = {
    OrderStatus.PENDING: "pending|payment|hasn't shipped|not shipped|being prepared|not been paid|placed",
    OrderStatus.PROCESSING: "processing|being prepared|being packed|hasn't shipped|not shipped|packed",
    OrderStatus.SHIPPED: "on its way|shipped|transit|has left|on the way|parcel",
    OrderStatus.DELIVERED: "delivered|arrived",
    OrderStatus.CANCELLED: "canceled|cancelled",
}

GOALS: Mapping[str, Callable[[Draw], Goal | None]] = {
    "Return": return_items,
    "Cancel an order": cancel_order,
    "Cancel items": cancel_items,
    "Exchange": exchange,
    "Change items": change_items,
    "Address": change_address,
    "Payment": change_payment,
    "Profile": change_profile,
    "Somebody else's": of_somebody_else,
}
