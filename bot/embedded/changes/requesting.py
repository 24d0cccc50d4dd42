"""The tool of a change, and its arguments as far as they are known."""

from collections.abc import Mapping

from pydantic import JsonValue

from bot.embedded.changes.becoming import becomes
from bot.embedded.changes.draft import Draft, Item
from bot.embedded.situation import Call
from tools.commerce.schema import ProposalKind

TOOLS: Mapping[ProposalKind, str] = {
    ProposalKind.CANCELLATION: "propose_cancellation",
    ProposalKind.ADDRESS_CHANGE: "propose_address_change",
    ProposalKind.ITEM_CHANGE: "propose_item_change",
    ProposalKind.PAYMENT_CHANGE: "propose_payment_change",
    ProposalKind.RETURN: "propose_return",
    ProposalKind.EXCHANGE: "propose_exchange",
    ProposalKind.REFUND: "propose_refund",
    ProposalKind.PROFILE_CHANGE: "propose_profile_change",
}
_ARGUMENTS: Mapping[ProposalKind, tuple[str, ...]] = {
    ProposalKind.CANCELLATION: ("reason",),
    ProposalKind.ADDRESS_CHANGE: ("address",),
    ProposalKind.ITEM_CHANGE: ("payment_method",),
    ProposalKind.PAYMENT_CHANGE: ("payment_method",),
    ProposalKind.RETURN: ("reason", "refund_to"),
    ProposalKind.EXCHANGE: ("reason", "payment_method"),
    ProposalKind.REFUND: ("cause", "refund_to"),
    ProposalKind.PROFILE_CHANGE: ("name", "phone", "newsletter", "address"),
}
OF_LINES = frozenset(
    {ProposalKind.CANCELLATION, ProposalKind.ITEM_CHANGE, ProposalKind.RETURN, ProposalKind.EXCHANGE}
)
SWAPS = frozenset({ProposalKind.ITEM_CHANGE, ProposalKind.EXCHANGE})


def request(draft: Draft) -> Call:
    known = draft.model_dump(mode="json", exclude_none=True, include={*_ARGUMENTS[draft.change]})
    if _leaves_version_open(draft):
        known.pop("reason", None)  # with it, the shop may make it a new one of the same
    args: dict[str, JsonValue] = dict(known)
    if isinstance(address := args.get("address"), dict):
        args["address"] = {name: value for name, value in address.items() if value}
    if draft.order:
        args["order_number"] = draft.order
    if draft.change in OF_LINES and draft.items:
        args["items"] = [_item(item, swap=draft.change in SWAPS) for item in draft.items]
    return Call(TOOLS[draft.change], args)


def _leaves_version_open(draft: Draft) -> bool:
    """Whether their words are for another version of an item, and it is not known yet which."""
    lines = [draft.line(item.line) for item in draft.items if not item.sku]
    return draft.change is ProposalKind.EXCHANGE and any(
        becomes(text, line, draft.lines) for line in lines if line for text in draft.said
    )


def _item(item: Item, *, swap: bool) -> JsonValue:
    return item.model_dump(exclude_none=True, exclude=None if swap else {"sku"})
