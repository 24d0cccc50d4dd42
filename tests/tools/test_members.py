"""What people call things in the shop's figures, looked up in the shop's own data."""

import pytest

from tests.tools.builders import NOW, Shop, ask, line
from tools.cards import MembersFound
from tools.commerce.database import Database
from tools.commerce.schema import Role, Seller
from tools.members import find_members

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database) -> Shop:
    shop = Shop(database)
    for name, category in (
        ("Arc Floor Lamp", "Lighting"),
        ("Desk Lamp", "Lighting"),
        ("Enamel Mug", "Kitchen"),
    ):
        shop.product(name, category=category, brand="Acorn")
    shop.add(Seller(ref="acorn", name="Acorn"))
    shop.order("A-1", placed_at=NOW, country="DE", region="CA", items=[line("Desk Lamp")])
    return shop


Meant = list[tuple[str, list[tuple[str, tuple[str, ...]]], tuple[str, ...]]]


async def test_names_are_found_by_what_people_call_them(shop: Shop) -> None:
    async def meant(*names: str) -> Meant:
        analyst = shop.context(shop.conversation(role=Role.ANALYST))
        found = await ask(find_members, analyst, names=list(names))
        assert isinstance(found, MembersFound)
        return [
            (one.words, [(it.dimension.value, it.members) for it in one.candidates], one.near)
            for one in found.mentions
        ]

    lamps = ("Arc Floor Lamp", "Desk Lamp")
    assert await meant("lamps", "floor lamp", "kitchn") == [
        ("lamps", [("product", lamps)], ()),
        ("floor lamp", [("product", ("Arc Floor Lamp",))], ()),
        ("kitchn", [("category", ("Kitchen",))], ()),
    ]
    assert await meant("Germany", "California", "credit cards", "first-time buyers") == [
        ("Germany", [("country", ("DE",))], ()),
        ("California", [("region", ("CA",))], ()),
        ("credit cards", [("payment_method", ("card",))], ()),
        ("first-time buyers", [("customer_kind", ("new",))], ()),
    ]
    assert await meant("acorn lighting") == [
        ("acorn", [("brand", ("Acorn",)), ("seller", ("Acorn",))], ()),
        ("lighting", [("category", ("Lighting",))], ()),
    ]
    assert await meant("France", "lightning rods") == [
        ("France", [], ("DE",)),
        ("lightning", [("category", ("Lighting",))], ()),
        ("rods", [], ()),
    ], "a country without orders is named with those that have some"

    shop.product("Brass Lantern", category="Lighting")

    assert await meant("lantern") == [("lantern", [("product", ("Brass Lantern",))], ())]
