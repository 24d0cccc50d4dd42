"""What lies in the warehouses; known as it is now only."""

from sqlalchemy import and_, func

from tools.commerce.metrics import facts
from tools.commerce.metrics.metric import Better, Measure, Metric, Ratio, Total, Unit, rows
from tools.commerce.metrics.turnover import DAYS, STOCK_AND_SALES, both
from tools.commerce.schema import Product, ProductStatus, Stock, Variant

_available = Stock.on_hand - Stock.reserved
_on_sale = and_(Variant.active, Product.status == ProductStatus.ACTIVE)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="stock_units",
        title="Stock",
        definition="Items in the warehouses that are not promised to an order.",
        time_basis="now",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=Total(Measure(facts.STOCK, _available)),
        synonyms=("units in stock", "stock on hand", "available stock", "inventory"),
    ),
    Metric(
        name="inventory_value",
        title="Inventory value",
        definition="Items in the warehouses at what they cost the shop; versions without a known cost are left out.",
        time_basis="now",
        unit=Unit.MONEY,
        better=Better.NEITHER,
        formula=Total(
            Measure(
                facts.STOCK,
                Stock.on_hand * func.coalesce(Variant.cost_minor, 0),
                Variant.cost_minor.is_not(None),
            )
        ),
        synonyms=("stock value", "value of stock", "inventory worth"),
    ),
    Metric(
        name="stock_outs",
        title="Versions out of stock",
        definition="Of the versions on sale, counted in each warehouse, the share that has none left to promise.",
        time_basis="now",
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(rows(facts.STOCK, and_(_on_sale, _available <= 0)), rows(facts.STOCK, _on_sale)),
        synonyms=("out of stock rate", "stockouts", "stock-out rate", "sold out share"),
    ),
    Metric(
        name="days_of_cover",
        title="Days of cover",
        definition=f"How long what is in stock lasts if it sells as in the {DAYS} days up to the newest order.",
        time_basis="now",
        unit=Unit.DAYS,
        better=Better.NEITHER,
        formula=Ratio(
            Measure(STOCK_AND_SALES, both.c.available * DAYS), Measure(STOCK_AND_SALES, both.c.sold)
        ),
        synonyms=("stock cover", "days of stock", "days of inventory", "how long stock lasts"),
    ),
    Metric(
        name="sell_through",
        title="Sell-through",
        definition=f"Items sold in the {DAYS} days up to the newest order, divided by them and what is still in stock.",
        time_basis="now",
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            Measure(STOCK_AND_SALES, both.c.sold),
            Measure(STOCK_AND_SALES, both.c.sold + both.c.available),
        ),
        synonyms=("sell through rate", "sell-through rate", "sellthrough"),
    ),
)
