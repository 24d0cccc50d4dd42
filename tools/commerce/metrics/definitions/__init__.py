"""The metrics of the shop: what each figure means, defined once."""

from collections.abc import Mapping

from tools.commerce.metrics.definitions import (
    assistant,
    customers,
    delivery,
    disputes,
    returns,
    sales,
    service,
    stock,
    visits,
)
from tools.commerce.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    *sales.METRICS,
    *customers.METRICS,
    *returns.METRICS,
    *visits.METRICS,
    *delivery.METRICS,
    *service.METRICS,
    *disputes.METRICS,
    *assistant.METRICS,
    *stock.METRICS,
)
BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
