"""Somebody who has bought something, as they themselves know it: their orders, the items in them, how they pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tools.commerce.changes.before_shipping import LOADED
from tools.commerce.changes.giving_back import label_of
from tools.commerce.changes.lines import remaining
from tools.commerce.changes.requests import PostalAddress
from tools.commerce.changes.stock_moves import free_of
from tools.commerce.changes.variants import options_of
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.schema import Address, Customer, Order, OrderLine, OrderStatus, Product, Variant


@dataclass(frozen=True)
class Version:
    """One of the versions of a product: its price in minor units, and how many are free (None: nobody counts)."""

    sku: str
    options: Mapping[str, str]
    price: int
    free: int | None


@dataclass(frozen=True)
class Item:
    """A line of an order. `left` are neither canceled nor sent back; its own version is among `versions`."""

    order: str
    line: int
    name: str
    category: str | None
    options: Mapping[str, str]
    sku: str | None
    quantity: int
    left: int
    versions: tuple[Version, ...]

    @property
    def others(self) -> list[Version]:
        return [version for version in self.versions if version.sku != self.sku]


@dataclass(frozen=True)
class Purchase:
    """An order; `total` is in minor units, `placed_on` a day of the shop's zone."""

    number: str
    status: OrderStatus
    placed_on: date | None
    total: int
    currency: str
    items: tuple[Item, ...]
    address: PostalAddress | None


@dataclass(frozen=True)
class Place:
    """An entry of the address book."""

    label: str
    is_default: bool
    address: PostalAddress


@dataclass(frozen=True)
class Buyer:
    """`purchases` are the newest first; `methods` are labels of what is on file to pay with, by reference."""

    id: int
    email: str
    newsletter: bool
    purchases: tuple[Purchase, ...]
    methods: Mapping[str, str]
    places: tuple[Place, ...]

    @property
    def items(self) -> list[Item]:
        return [item for purchase in self.purchases for item in purchase.items]

    def purchase(self, number: str) -> Purchase:
        return next(one for one in self.purchases if one.number == number)


def buyer_ids(session: ReadSession) -> Sequence[int]:
    """Those who can sign in and have bought something."""
    bought = select(Order.customer_id).where(Order.customer_id.is_not(None))
    query = select(Customer.id).where(Customer.email.is_not(None), Customer.id.in_(bought))
    return session.scalars(query.order_by(Customer.id)).all()


def read_buyer(session: ReadSession, customer_id: int, when: LocalTime) -> Buyer:
    customer = session.scalars(
        select(Customer)
        .where(Customer.id == customer_id)
        .options(selectinload(Customer.payment_methods), selectinload(Customer.addresses))
    ).one()
    product = joinedload(OrderLine.product).selectinload(Product.variants).selectinload(Variant.options)
    own = joinedload(OrderLine.variant).selectinload(Variant.options)
    orders = session.scalars(
        select(Order)
        .where(Order.customer_id == customer_id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .options(*LOADED, selectinload(Order.lines).options(product, own))
    ).all()
    variants = [v.id for o in orders for line in o.lines if line.product for v in line.product.variants]
    free = free_of(session, variants)
    return Buyer(
        id=customer.id,
        email=customer.email or "",
        newsletter=customer.newsletter,
        purchases=tuple(_purchase(order, free, when) for order in orders),
        methods={one.ref: label_of(one) for one in customer.payment_methods},
        places=tuple(
            Place(one.label, one.is_default, address)
            for one in customer.addresses
            if (address := _address(one)) is not None
        ),
    )


def _purchase(order: Order, free: Mapping[int, int], when: LocalTime) -> Purchase:
    left = remaining(order)
    return Purchase(
        number=order.number,
        status=order.status,
        placed_on=when.day(order.placed_at),
        total=order.total_minor,
        currency=order.currency,
        items=tuple(_item(order, line, left[line.line_no], free) for line in order.lines),
        address=_address(order),
    )


def _item(order: Order, line: OrderLine, left: int, free: Mapping[int, int]) -> Item:
    product = line.product
    return Item(
        order=order.number,
        line=line.line_no,
        name=line.name,
        category=product.category if product else None,
        options=options_of(line.variant) if line.variant else {},
        sku=line.variant.sku if line.variant else None,
        quantity=line.quantity,
        left=left,
        versions=tuple(
            Version(variant.sku, options_of(variant), variant.price_minor, free.get(variant.id))
            for variant in (product.variants if product else ())
            if variant.active
        ),
    )


def _address(holder: Order | Address) -> PostalAddress | None:
    if not (holder.line1 and holder.city and holder.postcode and holder.country):
        return None
    return PostalAddress(
        line1=holder.line1,
        line2=holder.line2,
        city=holder.city,
        region=holder.region,
        postcode=holder.postcode,
        country=holder.country,
    )
