from typing import Any

import pytest

from tests.tools.commerce.changes.change_builders import box, order_seen
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with
from tools.change_cards import Need
from tools.commerce.changes.requests import AddressChangeRequest, PostalAddress
from tools.commerce.database import Database
from tools.commerce.schema import (
    Address,
    AuditRow,
    LedgerEntry,
    Order,
    OrderProof,
    OrderStatus,
    ShipmentStatus,
)

OLD = {
    "recipient": "Ada",
    "line1": "1 Elm St",
    "city": "Burlington",
    "region": "VT",
    "postcode": "05401",
    "country": "US",
}


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def to(**values: str | None) -> AddressChangeRequest:
    given = {"line1": "22 Oak Ave", "city": "Boston", "region": "MA", "postcode": "02108", "country": "US"}
    address = PostalAddress.model_validate({**given, **values})
    return AddressChangeRequest(order_number="A-1", address=address)


def order(shop: PaidShop, **values: Any) -> int:
    return shop.paid(**{**OLD, **values})


def test_the_order_goes_to_the_new_address_for_the_same_price(shop: PaidShop) -> None:
    order_id = order(shop)
    card = shop.proposed(to(line1="  22  Oak Ave ", country="us"))
    assert "22 Oak Ave, Boston, MA 02108, US instead of Ada, 1 Elm St" in card.summary
    assert card.money is None
    shop.done(to())
    found = shop.one(Order, order_id)
    assert (found.recipient, found.line1, found.city, found.postcode) == (
        "Ada",
        "22 Oak Ave",
        "Boston",
        "02108",
    )
    assert found.total_minor == 7500
    assert shop.all(LedgerEntry) == []
    assert (order_seen(shop).ship_to or "").startswith("Ada, 22 Oak Ave, Boston")
    (home,) = shop.all(Address)
    assert (home.line1, home.postcode) == (None, "05401")
    assert not any("Oak" in str(row.details) for row in shop.all(AuditRow))


def test_another_recipient_takes_the_place_of_the_old_one(shop: PaidShop) -> None:
    order_id = order(shop)
    shop.done(to(recipient="Grace"))
    assert shop.one(Order, order_id).recipient == "Grace"


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"line1": " "}, "the street and number"),
        ({"city": "", "postcode": ""}, "the city and the postcode"),
        ({"country": "USA"}, "Which country"),
        ({"country": "1!"}, "Which country"),
        ({"line1": "x" * 201}, "once more"),
        ({"line2": "Flat\u202e 3"}, "once more"),
    ],
)
def test_what_is_missing_or_cannot_be_is_asked_for(
    shop: PaidShop, values: dict[str, str], asked: str
) -> None:
    order(shop)
    needed = shop.needed(to(**values))
    assert needed.what is Need.ADDRESS
    assert asked in needed.message


def test_no_address_at_all_is_asked_for(shop: PaidShop) -> None:
    order(shop)
    assert shop.needed(AddressChangeRequest(order_number="A-1")).what is Need.ADDRESS


@pytest.mark.parametrize(
    ("values", "code", "rule"),
    [
        ({"country": "CA"}, "other_country", "changes.address_statuses"),
        ({"line1": "P.O. Box 12"}, "no_po_box", "delivery.po_box_methods"),
        ({"line2": "po box 7"}, "no_po_box", "delivery.po_box_methods"),
    ],
)
def test_where_the_delivery_method_does_not_go_is_refused(
    shop: PaidShop, values: dict[str, str], code: str, rule: str
) -> None:
    order(shop, shipping_method="Express")
    refused = shop.refused(to(**values))
    assert (refused.code, refused.rule) == (code, rule)
    assert refused.instead


def test_a_post_office_box_is_reached_by_the_methods_of_the_policy(shop: PaidShop) -> None:
    order(shop, shipping_method="standard")
    assert shop.proposed(to(line1="PO Box 12"))
    shop.policy = policy_with({"delivery.po_box_methods": ()})
    assert shop.refused(to(line1="PO Box 12")).code == "no_po_box"
    assert shop.proposed(to(line1="12 Boxwood Rd"))


def test_the_same_address_changes_nothing(shop: PaidShop) -> None:
    order(shop)
    same = {name: value for name, value in OLD.items() if name != "recipient"}
    assert shop.refused(to(**same)).code == "nothing_changes"


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled"])
def test_later_it_is_refused(shop: PaidShop, status: str) -> None:
    order(shop, status=OrderStatus(status))
    refused = shop.refused(to())
    assert (refused.code, refused.rule) == (f"order_{status}", "changes.address_statuses")


def test_an_order_that_has_left_in_part_stays_where_it_goes(shop: PaidShop) -> None:
    box(shop, order(shop), ShipmentStatus.IN_TRANSIT, (1, 1))
    assert shop.refused(to()).code == "partly_shipped"


def test_it_is_done_as_often_as_the_policy_says(shop: PaidShop) -> None:
    order(shop)
    shop.done(to())
    shop.done(to(line1="3 Fir Ct"))
    refused = shop.refused(to())
    assert (refused.code, refused.rule) == ("changed_before", "changes.address_times")


def test_it_takes_a_sign_in(shop: PaidShop) -> None:
    order_id = order(shop)
    guest = shop.talk(signed_in=False)
    shop.add(OrderProof(conversation_id=guest, order_id=order_id, proved_at=shop.now))
    refused = shop.refused(to(), guest)
    assert (refused.code, refused.rule) == ("sign_in_needed", "permissions.order")
