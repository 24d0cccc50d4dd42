"""Products found the way people ask for them, and their stock. Today is March 10."""

from datetime import date

import pytest

from tests.tools.builders import Shop, ask, message_of, variant
from tools.cards import Refusal
from tools.commerce.schema import Review
from tools.context import ToolContext
from tools.product_cards import ProductCard, ProductListCard, StockCard
from tools.products import find_products, get_product_details
from tools.stock import check_stock

pytestmark = pytest.mark.anyio


@pytest.fixture
def context(shop: Shop) -> ToolContext:
    return shop.context(shop.conversation())


@pytest.fixture
def catalog(shop: Shop) -> Shop:
    north, south = shop.warehouse("North"), shop.warehouse("South")
    shop.product(
        "Enamel Mug",
        variant(
            "MUG-BLU",
            price=1400,
            options={"Color": "Blue"},
            stock={north: (10, 4), south: (3, 3)},
            incoming=[
                (north, 20, date(2026, 3, 20)),
                (south, 5, date(2026, 3, 20)),
                (north, 9, date(2026, 3, 9)),
            ],
        ),
        variant("MUG-GRY", price=1600, options={"Color": "Gray"}, stock={north: (0, 0)}),
        category="Kitchen",
        brand="Harrow",
        description="A sturdy cup for tea by the fire, safe in the dishwasher.",
        attributes={"Capacity": "12 fl oz"},
        warranty_months=24,
    )
    shop.product(
        "Enamel Mug Set",
        variant("SET-1", price=5200, stock={south: (2, 0)}),
        category="Kitchen",
    )
    shop.product(
        "Trail Kettle",
        variant("KET-1", price=3900, stock={north: (7, 0)}),
        category="Camping",
        description="Boils water for two.",
    )
    shop.product(
        "Wool Blanket",
        *(
            variant(
                f"BLA-{size}",
                price=price,
                options={"Color": "Forest Green", "Size": size},
                stock={north: (1, 0)},
            )
            for size, price in (("S", 6000), ("L", 9000))
        ),
        category="Bedding",
    )
    shop.product("Blue Lantern", variant("LAN-1", price=2500, stock={north: (4, 0)}), category="Camping")
    shop.product("Copper Kettle", variant("KET-2", price=9900), category="Kitchen", active=False)
    return shop


def names(found: object) -> list[str]:
    assert isinstance(found, ProductListCard)
    return [product.name for product in found.products]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("enamel mug", "Enamel Mug"),
        ("ENAMEL MUGS", "Enamel Mug"),
        ("do you have any mugs in blue?", "Enamel Mug"),
        ("grey mug", "Enamel Mug"),
        ("blankets", "Wool Blanket"),
        ("a blanekt for winter", "Wool Blanket"),
        ("keettle", "Trail Kettle"),
        ("something by Harrow", "Enamel Mug"),
        ("dishwasher safe cup", "Enamel Mug"),
        ("blue lantern", "Blue Lantern"),
    ],
)
async def test_the_best_match_comes_first(
    catalog: Shop, context: ToolContext, words: str, first: str
) -> None:
    assert names(await ask(find_products, context, words=words))[0] == first


async def test_what_matches_much_worse_is_left_out(catalog: Shop, context: ToolContext) -> None:
    assert names(await ask(find_products, context, words="wool blanket")) == ["Wool Blanket"]


@pytest.mark.parametrize("words", ["helicopter", "xqzzy wplk", "sofa"])
async def test_words_that_nothing_has_find_nothing(catalog: Shop, context: ToolContext, words: str) -> None:
    found = await ask(find_products, context, words=words)

    assert (names(found), found.total_products) == ([], 0)
    assert found.unmatched_words == tuple(words.split())


async def test_a_word_that_nothing_has_is_named_beside_what_the_others_find(
    catalog: Shop, context: ToolContext
) -> None:
    found = await ask(find_products, context, words="titanium kettle")

    assert (names(found), found.unmatched_words) == (["Trail Kettle"], ("titanium",))


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"options": {"colour": "GREY"}}, ["Enamel Mug"]),
        ({"options": {"color": "green", "size": "large"}}, ["Wool Blanket"]),
        ({"options": {"color": "purple"}}, []),
        ({"min_price": "39", "max_price": "60.00"}, ["Enamel Mug Set", "Trail Kettle", "Wool Blanket"]),
        ({"max_price": "14"}, ["Enamel Mug"]),
        ({"max_price": "13.99"}, []),
        ({"category": "kitchen"}, ["Enamel Mug", "Enamel Mug Set"]),
        ({"category": "Garden"}, []),
        ({"options": {"color": "gray"}, "in_stock_only": True}, []),
        ({"options": {"color": "blue"}, "in_stock_only": True}, ["Enamel Mug"]),
        ({"options": {"color": "blue"}, "min_price": "15"}, []),
    ],
    ids=str,
)
async def test_every_condition_must_hold_of_one_variant(
    catalog: Shop, context: ToolContext, conditions: dict[str, object], expected: list[str]
) -> None:
    assert names(await ask(find_products, context, words="*", **conditions)) == expected


async def test_a_list_is_cut_at_its_limit_and_says_how_many_there_are(
    catalog: Shop, context: ToolContext
) -> None:
    found = await ask(find_products, context, limit=2)

    assert (len(found.products), found.total_products) == (2, 5)


async def test_a_price_finer_than_the_currency_is_refused(catalog: Shop, context: ToolContext) -> None:
    assert (await ask(find_products, context, words="mug", max_price="9.999")).code == "price_not_understood"


async def test_a_product_is_described(catalog: Shop, context: ToolContext) -> None:
    described = await ask(get_product_details, context, product="MUG-BLU")

    assert isinstance(described, ProductCard)
    assert described.name == "Enamel Mug"
    assert (described.price.lowest.text, described.price.highest.text) == ("$14.00", "$16.00")
    assert described.options == {"Color": ("Blue", "Gray")}
    assert described.attributes == {"Capacity": "12 fl oz"}
    assert (described.brand, described.warranty_months, described.in_stock) == ("Harrow", 24, True)


async def test_a_rating_is_the_mean_of_the_reviews(shop: Shop, context: ToolContext) -> None:
    product_id = shop.product("Stool")
    shop.add(*(Review(ref=f"v{n}", product_id=product_id, score=score) for n, score in enumerate((3, 4, 4))))

    described = await ask(get_product_details, context, product="stool")

    assert (described.rating, described.reviews) == (3.7, 3)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("enamel mug", "Enamel Mug"),
        ("the enamel mug set", "Enamel Mug Set"),
        ("enamle mug", "Enamel Mug"),
        ("trail kettle", "Trail Kettle"),
        ("copper kettle", "Copper Kettle"),
        ("blue enamel mug", "Enamel Mug"),
        ("wool blankets in large", "Wool Blanket"),
        ("mug-gry", "Enamel Mug"),
        ("lantern", "Blue Lantern"),
    ],
)
async def test_a_product_is_understood_as_people_call_it(
    catalog: Shop, context: ToolContext, typed: str, name: str
) -> None:
    assert (await ask(get_product_details, context, product=typed)).name == name


@pytest.mark.parametrize("tool", [get_product_details, check_stock])
async def test_a_name_that_fits_several_gives_the_choice(
    catalog: Shop, context: ToolContext, tool: object
) -> None:
    message = await message_of(tool, context, product="kettle")  # type: ignore[arg-type] # parametrized

    found = ProductListCard.model_validate_json(str(message.content))
    assert sorted(names(found)) == ["Copper Kettle", "Trail Kettle"]
    assert message.artifact["cards"][0]["kind"] == "product_list"


@pytest.mark.parametrize("typed", ["helicopter", "?", "the"])
async def test_what_the_shop_does_not_have_is_not_found(
    catalog: Shop, context: ToolContext, typed: str
) -> None:
    found = await ask(get_product_details, context, product=typed)

    assert isinstance(found, Refusal)
    assert found.code == "product_not_found"


async def test_a_changed_catalog_is_searched_as_it_is_now(catalog: Shop, context: ToolContext) -> None:
    assert names(await ask(find_products, context, words="hammock")) == []
    catalog.product("Hammock")

    assert names(await ask(find_products, context, words="hammock")) == ["Hammock"]


async def test_stock_is_what_is_not_promised_to_others_by_warehouse(
    catalog: Shop, context: ToolContext
) -> None:
    found = await ask(check_stock, context, product="enamel mug", options={"colour": "blue"})

    assert isinstance(found, StockCard)
    (blue,) = found.variants
    assert (blue.sku, blue.available) == ("MUG-BLU", 6)
    assert {place.warehouse: place.available for place in blue.by_warehouse} == {"North": 6, "South": 0}
    assert (blue.next_delivery_on, blue.next_delivery_quantity) == (date(2026, 3, 20), 25)


async def test_without_options_every_variant_is_told(catalog: Shop, context: ToolContext) -> None:
    found = await ask(check_stock, context, product="enamel mug")

    assert [(one.options["Color"], one.available) for one in found.variants] == [("Blue", 6), ("Gray", 0)]


@pytest.mark.parametrize(
    ("product", "options", "message"),
    [
        ("enamel mug", {"color": "purple"}, "Enamel Mug doesn't come like that. It has Color: Blue, Gray."),
        ("trail kettle", {"size": "M"}, "Trail Kettle comes in one version only."),
    ],
)
async def test_an_option_that_does_not_exist_is_answered_with_those_that_do(
    catalog: Shop, context: ToolContext, product: str, options: dict[str, str], message: str
) -> None:
    found = await ask(check_stock, context, product=product, options=options)

    assert (found.code, found.message) == ("option_unknown", message)


async def test_a_discontinued_product_is_said_to_be_so_and_not_offered(
    catalog: Shop, context: ToolContext
) -> None:
    found = await ask(check_stock, context, product="copper kettle")

    assert found.discontinued
    assert "Copper Kettle" not in names(await ask(find_products, context, words="kettle"))


async def test_a_shop_without_stock_figures_does_not_say_sold_out(shop: Shop, context: ToolContext) -> None:
    shop.product("Poster")

    found = await ask(check_stock, context, product="poster")

    assert (found.stock_known, found.variants[0].available) == (False, 0)


async def test_analysts_and_anonymous_shoppers_may_ask_alike(catalog: Shop) -> None:
    found = await ask(check_stock, catalog.context("no-such-conversation"), product="lantern")

    assert found.variants[0].available == 4
