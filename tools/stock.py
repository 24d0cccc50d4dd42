"""Tools that read the stock."""

from langchain.tools import tool
from pydantic import Field

from tools.arguments import OPTIONS_WANTED, Arguments, Options, ProductName, Runtime
from tools.commerce.stock import check_stock as stock_of
from tools.context import ToolAnswer, answer_with_card


class StockArguments(Arguments):
    product: ProductName
    options: Options | None = Field(
        default=None, description=OPTIONS_WANTED, examples=[{"color": "blue", "size": "M"}]
    )


@tool(args_schema=StockArguments, response_format="content_and_artifact")
async def check_stock(product: str, runtime: Runtime, options: dict[str, str] | None = None) -> ToolAnswer:
    """Say how many of a product are available, by variant and warehouse, and when the next delivery comes.

    Use it for "is it in stock", "do you have it in blue" and "when is it back". If several products fit the
    name, the answer lists them: ask which one is meant.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(lambda session, _: stock_of(session, product, options or {}, context.when))
    )
