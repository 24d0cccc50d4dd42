"""How many orders each day has, and what people buy in each month."""

from random import Random

from tools.commerce.demo.catalog import Catalog, Sellable
from tools.commerce.demo.days import Days
from tools.commerce.demo.trade import Promotion, Trade
from tools.commerce.demo.weighted import Weighted
from tools.commerce.policy_values import MonthDay


class Demand:
    """Drawn once for a shop: seasons come from what is bought, growth and weekdays from the shop as a whole."""

    def __init__(self, catalog: Catalog, trade: Trade) -> None:
        self._trade = trade
        monthly = [
            [(sellable, _popularity(sellable, month)) for sellable in catalog.by_sku.values()]
            for month in range(12)
        ]
        self._sellables = [Weighted(weights) for weights in monthly]
        self._level = [sum(weight for _, weight in weights) for weights in monthly]

    def sellables(self, month: int) -> Weighted[Sellable]:
        """What is bought in `month` (1 to 12)."""
        return self._sellables[month - 1]

    def promotion(self, day: MonthDay) -> Promotion | None:
        return next((each for each in self._trade.promotions if each.start <= day <= each.until), None)

    def orders_by_day(self, days: Days, orders: int, rng: Random) -> list[int]:
        """The number of orders of each day up to today; they add up to `orders`."""
        weights = [self._weight(days, day) * rng.uniform(0.8, 1.2) for day in range(days.today)]
        elapsed = days.seconds_until_now(days.today) / 86_400
        weights.append(self._weight(days, days.today) * elapsed)
        counts, passed, given, total = [], 0.0, 0, sum(weights)
        for weight in weights:
            passed += weight
            counts.append(round(orders * min(1.0, passed / total)) - given)
            given += counts[-1]
        return counts

    def _weight(self, days: Days, day: int) -> float:
        date = days.date[day]
        promotion = self.promotion(MonthDay(date.month, date.day))
        growth = 1 + (self._trade.growth - 1) * day / days.today
        weight = self._level[date.month - 1] * growth * self._trade.weekday_demand[date.weekday()]
        return weight * (promotion.demand if promotion else 1)


def _popularity(sellable: Sellable, month: int) -> float:
    season = sellable.product.monthly_demand or sellable.category.monthly_demand
    return sellable.popularity * season[month]
