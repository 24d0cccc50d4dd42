"""A small shop, row by row, with only what a test cares about named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, cast

from langchain.tools import ToolRuntime
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from pydantic import TypeAdapter

from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tools.arguments import Runtime
from tools.cards import ToolResult
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.order_numbers import number_key
from tools.commerce.payments.embedded import EmbeddedGateway
from tools.commerce.payments.gateway import PaymentGateway
from tools.commerce.policy import Policy
from tools.commerce.schema import (
    Address,
    Conversation,
    ConversationChannel,
    ConversationStatus,
    Customer,
    IncomingStock,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ProductAttribute,
    ProductStatus,
    Role,
    Shipment,
    ShipmentStatus,
    Stock,
    TrackingEvent,
    Variant,
    VariantOption,
    Warehouse,
)
from tools.context import ToolContext

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
SHOP = ShopProfile.load(DEMO_SHOP)
POLICY = Policy.load(DEMO_SHOP)

RESULT: TypeAdapter[ToolResult] = TypeAdapter(ToolResult)
_NUMBERS = count(1)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def settlement(
    database: Database, now: Callable[[], datetime], gateway: PaymentGateway | None = None
) -> Settlement:
    """Moves money in the demo shop's name; by the embedded gateway where no other is given."""
    return Settlement(
        database,
        gateway or EmbeddedGateway(database),
        lambda: Rulebook(POLICY, SHOP.currency, LocalTime(now(), SHOP.zone)),
    )


class NoArticles:
    """Stands in for the shop's pages where a test does not look at citations."""

    def section_on(self, _rule: str) -> None:
        return None


@dataclass
class Shop:
    """A database to build in; `now` can be moved. Only tests of articles need `knowledge`."""

    database: Database
    now: datetime = NOW
    knowledge: KnowledgeBase | None = None
    _open: WriteSession | None = field(default=None, init=False, repr=False)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is built within is stored in one transaction, which takes a fraction of the time."""
        with self.database.writing() as self._open:
            yield
        self._open = None

    def customer(self, email: str | None, *, name: str | None = None, postcode: str | None = None) -> int:
        customer = Customer(ref=f"c{next(_NUMBERS)}", email=email, name=name)
        if postcode:
            customer.addresses = [Address(label="Home", postcode=postcode)]
        return self._add(customer)

    def conversation(self, *, role: Role = Role.SHOPPER, customer_id: int | None = None) -> str:
        conversation_id = f"conversation-{next(_NUMBERS)}"
        with self.database.writing() as session:
            session.add(
                Conversation(
                    id=conversation_id,
                    token_hash="0" * 64,
                    channel=ConversationChannel.WIDGET,
                    status=ConversationStatus.BOT,
                    role=role,
                    customer_id=customer_id,
                    staff_email=None if role is Role.SHOPPER else f"{role}@shop.example",
                    created_at=self.now,
                    updated_at=self.now,
                )
            )
        return conversation_id

    def order(
        self,
        number: str,
        *,
        customer_id: int | None = None,
        status: OrderStatus = OrderStatus.PROCESSING,
        items: Sequence[OrderLine] = (),
        parcels: Sequence[Shipment] = (),
        beside: Callable[[int], Iterable[Any]] = lambda _: (),
        **values: Any,
    ) -> int:
        """`beside` makes what is stored in the same transaction, from the order's id."""
        lines = list(items) or [line("Enamel mug")]
        total = sum(one.total_minor for one in lines)
        order = Order(
            number=number,
            number_key=number_key(number),
            customer_id=customer_id,
            status=status,
            **{
                "currency": "USD",
                "placed_at": self.now - days(5),
                "subtotal_minor": total,
                "total_minor": total,
                **values,
            },
        )
        for position, one in enumerate(lines, start=1):
            one.line_no = position
        order.lines = lines
        order.shipments = list(parcels)
        return self._add(order, beside)

    def product(
        self,
        name: str,
        *variants: Variant,
        attributes: Mapping[str, str] | None = None,
        active: bool = True,
        **values: Any,
    ) -> int:
        product = Product(
            ref=f"p{next(_NUMBERS)}",
            name=name,
            status=ProductStatus.ACTIVE if active else ProductStatus.DISCONTINUED,
            **values,
        )
        product.variants = list(variants) or [variant()]
        product.attributes = [
            ProductAttribute(name=key, value=value) for key, value in (attributes or {}).items()
        ]
        return self._add(product)

    def warehouse(self, name: str) -> int:
        return self._add(Warehouse(ref=name.lower(), name=name))

    def add(self, *rows: Any) -> None:
        with self.database.writing() as session:
            session.add_all(rows)

    def _add(self, row: Any, beside: Callable[[int], Iterable[Any]] = lambda _: ()) -> int:
        with nullcontext(self._open) if self._open else self.database.writing() as session:
            session.add(row)
            session.flush()
            session.add_all(beside(row.id))
            return int(row.id)

    def context(self, conversation_id: str, *, address: str | None = "192.0.2.1") -> ToolContext:
        return ToolContext(
            conversation_id=conversation_id,
            client_address=address,
            database=self.database,
            knowledge=cast(KnowledgeBase, self.knowledge or NoArticles()),
            shop=SHOP,
            policy=POLICY,
            now=lambda: self.now,
        )


def line(name: str, *, quantity: int = 1, price: int = 1500, **values: Any) -> OrderLine:
    return OrderLine(
        name=name, quantity=quantity, unit_price_minor=price, total_minor=price * quantity, **values
    )


def parcel(
    status: ShipmentStatus = ShipmentStatus.IN_TRANSIT,
    *,
    events: Sequence[TrackingEvent] = (),
    **values: Any,
) -> Shipment:
    shipment = Shipment(ref=f"s{next(_NUMBERS)}", status=status, **values)
    shipment.events = list(events)
    return shipment


def event(at: datetime, description: str, location: str | None = None) -> TrackingEvent:
    return TrackingEvent(occurred_at=at, description=description, location=location)


def variant(
    sku: str | None = None,
    *,
    price: int = 1500,
    options: Mapping[str, str] | None = None,
    stock: Mapping[int, tuple[int, int]] | None = None,
    incoming: Sequence[tuple[int, int, date]] = (),
    **values: Any,
) -> Variant:
    """`stock` is warehouse to (on hand, reserved); `incoming` has (warehouse, quantity, day)."""
    made = Variant(sku=sku or f"SKU-{next(_NUMBERS)}", price_minor=price, currency="USD", **values)
    made.options = [
        VariantOption(name=name, value=value, position=position)
        for position, (name, value) in enumerate((options or {}).items())
    ]
    made.stock = [
        Stock(warehouse_id=warehouse, on_hand=on_hand, reserved=reserved)
        for warehouse, (on_hand, reserved) in (stock or {}).items()
    ]
    made.incoming = [
        IncomingStock(warehouse_id=warehouse, quantity=quantity, expected_on=day)
        for warehouse, quantity, day in incoming
    ]
    return made


async def message_of(tool: BaseTool, context: ToolContext, **arguments: Any) -> ToolMessage:
    """What the tool answers to a model's call, the way an agent makes it."""
    runtime: Runtime = ToolRuntime(
        state={},
        context=context,
        config={},
        stream_writer=lambda _: None,
        tool_call_id="call-1",
        store=None,
    )
    call = {
        "name": tool.name,
        "args": {**arguments, "runtime": runtime},
        "id": "call-1",
        "type": "tool_call",
    }
    message = await tool.ainvoke(call)
    assert isinstance(message, ToolMessage)
    return message


async def ask(tool: BaseTool, context: ToolContext, **arguments: Any) -> Any:
    """The result that the model reads."""
    return RESULT.validate_json(str((await message_of(tool, context, **arguments)).content))
