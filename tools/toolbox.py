"""Which role holds which tools: the one list to read first.

Every tool declares what it does at worst. One that is not declared here counts as the most dangerous.
"""

from enum import StrEnum

from langchain_core.tools import BaseTool

from tools.account import get_my_account
from tools.case import get_case
from tools.commerce.schema import Role
from tools.contact import get_contact_details
from tools.disputes import open_dispute
from tools.handoffs import hand_over_to_person
from tools.identity import identify_by_order, send_sign_in_code, sign_in_with_code
from tools.knowledge import search_knowledge
from tools.kpis import explain_change, query_kpis
from tools.members import find_members
from tools.my_cases import list_my_cases
from tools.orders import (
    find_orders,
    get_order_details,
    list_my_orders,
    summarize_my_orders,
    track_parcel,
)
from tools.products import find_products, get_product_details
from tools.proposals import (
    propose_address_change,
    propose_cancellation,
    propose_exchange,
    propose_item_change,
    propose_payment_change,
    propose_profile_change,
    propose_refund,
    propose_return,
)
from tools.returns import check_what_can_be_returned, get_return_and_refund_status
from tools.stock import check_stock
from tools.watches import list_watches, propose_digest, stop_watch, watch_metric


class Access(StrEnum):
    READS = "reads"
    PROVES = "proves"
    """Changes who the conversation is known to be."""
    HANDS_OVER = "hands_over"
    """Calls a person, with a case to settle or without; changes nothing else."""
    PROPOSES = "proposes"
    """Writes down a change for a person to accept: of the shop's data, or of what staff are told."""


_OF_ONESELF: tuple[BaseTool, ...] = (
    list_my_orders,
    summarize_my_orders,
    check_what_can_be_returned,
    get_my_account,
    list_my_cases,
)
_OF_ANY_SHOPPER: tuple[BaseTool, ...] = (find_orders, get_case)
_OF_ONE_ORDER: tuple[BaseTool, ...] = (get_order_details, track_parcel, get_return_and_refund_status)
_OF_THE_SHOP: tuple[BaseTool, ...] = (
    find_products,
    get_product_details,
    check_stock,
    search_knowledge,
    get_contact_details,
)
_OF_FIGURES: tuple[BaseTool, ...] = (query_kpis, explain_change, find_members)
_OF_WATCHES: tuple[BaseTool, ...] = (list_watches, watch_metric, propose_digest, stop_watch)
_OF_IDENTITY: tuple[BaseTool, ...] = (identify_by_order, send_sign_in_code, sign_in_with_code)
_OF_CHANGES: tuple[BaseTool, ...] = (
    propose_cancellation,
    propose_address_change,
    propose_item_change,
    propose_payment_change,
    propose_return,
    propose_exchange,
    propose_refund,
    propose_profile_change,
)

TOOLS: dict[Role, tuple[BaseTool, ...]] = {
    Role.SHOPPER: (
        *_OF_ONESELF,
        *_OF_ONE_ORDER,
        *_OF_CHANGES,
        *_OF_THE_SHOP,
        *_OF_IDENTITY,
        hand_over_to_person,
        open_dispute,
    ),
    Role.ANALYST: (*_OF_FIGURES, *_OF_WATCHES, *_OF_THE_SHOP),
    Role.AGENT: (*_OF_ANY_SHOPPER, *_OF_ONE_ORDER, *_OF_THE_SHOP),
    Role.MANAGER: (*_OF_ANY_SHOPPER, *_OF_ONE_ORDER, *_OF_FIGURES, *_OF_WATCHES, *_OF_THE_SHOP),
}

_ACCESS: dict[str, Access] = {
    **{
        held.name: Access.READS
        for held in (
            list_watches,
            *_OF_ANY_SHOPPER,
            *_OF_ONESELF,
            *_OF_ONE_ORDER,
            *_OF_FIGURES,
            *_OF_THE_SHOP,
        )
    },
    **{held.name: Access.PROVES for held in _OF_IDENTITY},
    **{held.name: Access.HANDS_OVER for held in (hand_over_to_person, open_dispute)},
}


def tools_for(role: Role) -> tuple[BaseTool, ...]:
    return TOOLS[role]


def access_of(name: str) -> Access:
    """What the tool of that name may do at worst."""
    return _ACCESS.get(name, Access.PROPOSES)


def known_name(name: str) -> str | None:
    """`name` where some role holds a tool of it."""
    return name if any(tool.name == name for held in TOOLS.values() for tool in held) else None
