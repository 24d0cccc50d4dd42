"""Tools that find products and describe them."""

from decimal import Decimal
from typing import Annotated

from langchain.tools import tool
from pydantic import Field

from tools.arguments import OPTIONS_WANTED, Arguments, Options, Price, Printable, ProductName, Runtime
from tools.cards import Refusal
from tools.commerce.catalog import ProductSearch, SortBy, product_details
from tools.commerce.catalog import find_products as products_like
from tools.commerce.money import MoneyError, to_minor
from tools.context import ToolAnswer, answer_with_card

MOST_PRODUCTS = 20


class SearchArguments(Arguments):
    words: Annotated[str, Printable] = Field(
        default="",
        max_length=300,
        description="What is looked for, in the person's own words: `wool blanket for a cold night`.",
        examples=["wool blanket"],
    )
    options: Options | None = Field(
        default=None, description=OPTIONS_WANTED, examples=[{"color": "blue", "size": "M"}]
    )
    min_price: Price | None = Field(default=None, description="Lowest price, for example `20`.")
    max_price: Price | None = Field(default=None, description="Highest price, for example `49.95`.")
    category: Annotated[str, Printable] | None = Field(
        default=None, max_length=120, description="Only this category, for example `Kitchen`."
    )
    in_stock_only: bool = Field(default=False, description="True leaves out what is sold out.")
    sort_by: SortBy = Field(
        default=SortBy.RELEVANCE,
        description="What comes first: `cheapest` for the cheapest, `best_rated` for what others liked best.",
        examples=["cheapest"],
    )
    limit: int = Field(
        default=5, ge=1, le=MOST_PRODUCTS, description="How many to show, for example 5.", examples=[5]
    )


class ProductArguments(Arguments):
    product: ProductName


@tool(args_schema=SearchArguments, response_format="content_and_artifact")
async def find_products(
    runtime: Runtime,
    words: str = "",
    options: dict[str, str] | None = None,
    min_price: str | None = None,
    max_price: str | None = None,
    category: str | None = None,
    in_stock_only: bool = False,
    sort_by: SortBy = SortBy.RELEVANCE,
    limit: int = 5,
) -> ToolAnswer:
    """Find products by words, options, price and category, best match first, or the cheapest, dearest or best rated.

    Use it when somebody looks for something to buy. `unmatched_words` in the answer are words that nothing in
    the shop has: say so, rather than promise them.
    """
    context = runtime.context
    currency = context.shop.currency
    try:
        search = ProductSearch(
            words=words,
            options=options or {},
            currency=currency,
            min_minor=None if min_price is None else to_minor(Decimal(min_price), currency),
            max_minor=None if max_price is None else to_minor(Decimal(max_price), currency),
            category=category,
            in_stock_only=in_stock_only,
            sort=sort_by,
            limit=limit,
        )
    except MoneyError:
        return answer_with_card(
            Refusal(code="price_not_understood", message=f"I can't read that as a price in {currency}.")
        )
    return answer_with_card(
        await context.read(lambda session, _: products_like(session, search, context.now()))
    )


@tool(args_schema=ProductArguments, response_format="content_and_artifact")
async def get_product_details(product: str, runtime: Runtime) -> ToolAnswer:
    """Describe one product: what it is, its price, options, material, warranty and rating.

    Use it for questions about a product that is named. If several products fit the name, the answer lists them:
    ask which one is meant. For how many are there, use check_stock.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(lambda session, _: product_details(session, product, context.now()))
    )
