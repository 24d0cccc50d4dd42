"""The demo shop's goods: their texts, their pictures, and the mistakes that the files may not have."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from tools.commerce.demo.catalog import CatalogProduct, load_catalog
from tools.commerce.demo.trade import load_trade

PICTURES = Path(__file__).parents[3] / "api" / "web" / "products"
PRODUCTS = [product for category in load_catalog().categories for product in category.products]

LAMP = {
    "id": "lamp",
    "name": "Lamp",
    "sku": "LAMPXX",
    "brand": "Fernway",
    "description": "A lamp.",
    "attributes": {"Material": "Brass", "Height": "20 in"},
    "options": {"Color": ["Sage", "Oat"]},
    "price": 8900,
    "cost": 3500,
    "weight_grams": 900,
    "popularity": 5,
}


def test_the_shop_has_sixty_products_or_so_in_eight_categories() -> None:
    assert 55 <= len(PRODUCTS) <= 70
    assert len(load_catalog().categories) == 8


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_every_product_is_described_at_fair_length_and_has_up_to_sixteen_variants(
    product: CatalogProduct,
) -> None:
    assert 40 <= len(product.description.split()) <= 90
    assert 1 <= len(product.chosen_options()) <= 16


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_every_product_has_a_picture_without_text_script_or_link(product: CatalogProduct) -> None:
    picture = ElementTree.parse(PICTURES / f"{product.id}.svg").getroot()  # noqa: S314 - our own file
    tags = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in picture.iter()}
    assert tags <= {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline"}
    assert picture.get("viewBox")


def test_there_is_no_picture_without_a_product_and_all_are_small() -> None:
    files = list(PICTURES.glob("*.svg"))
    assert {file.stem for file in files} == {product.id for product in PRODUCTS}
    assert sum(file.stat().st_size for file in files) < 300_000


def test_other_sellers_final_sale_and_discontinued_products_are_among_them() -> None:
    sellers = {product.seller for product in PRODUCTS if product.seller}
    assert sellers == {seller.id for seller in load_trade().sellers}
    assert 3 <= sum(product.final_sale for product in PRODUCTS) <= 8
    assert 2 <= sum(product.discontinued for product in PRODUCTS) <= 5


def test_what_is_said_to_be_out_of_stock_is_sold_here() -> None:
    assert load_trade().out_of_stock.keys() <= load_catalog().by_sku.keys()


def test_an_option_can_cost_more() -> None:
    by_sku = load_catalog().by_sku
    assert by_sku["IRNSKL-12IN"].price - by_sku["IRNSKL-8IN"].price == 3000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cost": 9000}, "cost should be below the price"),
        ({"surcharges": {"Mauve": 500}}, "surcharge for 'Mauve'"),
        ({"options": {"Color": [f"No {n}" for n in range(17)]}}, "at most 16 variants"),
        ({"price": 89.5}, "valid integer"),
        ({"colour": "Sage"}, "Extra inputs"),
    ],
)
def test_a_mistake_in_the_catalog_is_refused(change: dict[str, object], message: str) -> None:
    CatalogProduct.model_validate(LAMP)
    with pytest.raises(ValidationError, match=message):
        CatalogProduct.model_validate({**LAMP, **change})
