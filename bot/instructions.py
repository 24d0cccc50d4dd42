"""The system prompt of a turn: rendered from the role's Markdown file, a pure function of its arguments."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.shop_profile import ShopProfile
from tools.commerce.schema import Role
from tools.principal import IdentityLevel, Principal

_PROMPTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "prompts"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - Markdown for a model; nothing typed by people is put in
)

_WHO = {
    IdentityLevel.ANONYMOUS: "not identified yet",
    IdentityLevel.ORDER: "showed that one order or more are theirs, and sees these alone",
    IdentityLevel.ACCOUNT: "signed in as a customer, and sees their own orders",
}


def instructions(
    principal: Principal,
    shop: ShopProfile,
    today: date,
    order_numbers: Sequence[str] = (),
    case_orders: Sequence[str] | None = None,
) -> str:
    """`order_numbers` are the shapes that the shop's order numbers have: `FW-999999`; `case_orders` the numbers of
    the case that staff ask about, None where it is about none."""
    who = principal.role if principal.role is not Role.SHOPPER else _WHO[principal.level]
    template = _PROMPTS.get_template(f"{principal.role}.md")
    return template.render(
        shop=shop, today=today, who=who, order_numbers=order_numbers, case_orders=case_orders
    )
