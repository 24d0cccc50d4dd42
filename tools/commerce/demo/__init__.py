"""The demo shop Fernway: home and outdoor goods, with customers to try it as."""

from tools.commerce.demo.creation import DemoExists, DemoReport, create_demo_shop
from tools.commerce.demo.generator import fewest_orders, generate
from tools.commerce.demo.stories import NamedCustomer, named_customers

__all__ = [
    "DemoExists",
    "DemoReport",
    "NamedCustomer",
    "create_demo_shop",
    "fewest_orders",
    "generate",
    "named_customers",
]
