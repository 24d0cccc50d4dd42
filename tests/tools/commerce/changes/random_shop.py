"""A shop that a test builds at random, and what its people and parcels do apart from Parley."""

from collections import Counter

from sqlalchemy import select, update

from tests.tools.builders import days, line, parcel, variant
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.random_wishes import BoughtLine, World
from tests.tools.commerce.changes.returns_builders import policy_with
from tools.commerce.changes.effects import RefundEffect
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.schema import (
    Order,
    OrderLine,
    OrderProof,
    OrderStatus,
    Payment,
    PaymentMethodKind,
    PaymentStatus,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Refund,
    RefundStatus,
    ShipmentLine,
    ShipmentStatus,
    Stock,
)


class RandomShop(PaidShop):
    """Ada's order A-1, as the world says; she is signed in in two conversations, and has only proved it in a third."""

    def __init__(self, database: Database, world: World) -> None:
        super().__init__(database)
        self.policy = policy_with(world.policy)
        self.gift = self.method(PaymentMethodKind.GIFT_CARD, balance_minor=world.gift_card, currency="USD")
        lamp = self.product("Lamp", variant("LAMP"), category="Furniture")
        self.lines = [self._line(bought, lamp) for bought in world.lines]
        items = sum(one.unit_price_minor * one.quantity - one.discount_minor for one in self.lines)
        self.order_id = self.paid(
            items=self.lines,
            shipping=world.shipping,
            off=items * world.off // 100,
            placed_at=self.now,
            promised_at=self.now + days(2),
            shipping_method="Express",
            status=OrderStatus.PENDING
            if world.payments[0].status is PaymentStatus.PENDING
            else OrderStatus.PROCESSING,
            paid_by=(),
        )
        self._pay(world)
        self._stock_up(world)
        guest = self.talk(signed_in=False)
        self.add(OrderProof(conversation_id=guest, order_id=self.order_id, proved_at=self.now))
        self.conversations = (self.talk(), self.talk(), guest)

    def order_now(self, session: ReadSession | WriteSession) -> Order:
        return session.scalars(
            select(Order).where(Order.id == self.order_id).options(*LOADED),
            execution_options={"populate_existing": True},
        ).one()

    def pack_all(self) -> None:
        self.pack(Counter({one.line_no: one.quantity for one in self.lines}))

    def pack(self, wanted: Counter[int]) -> None:
        """A parcel with as many of the lines, by number, as are not in one yet."""
        with self.database.writing() as session:
            order = self.order_now(session)
            packed = Counter[int]()
            for shipment in order.shipments:
                for part in shipment.lines:
                    packed[part.order_line_id] += part.quantity
            lost = lost_of(session, order)
            held = []
            for one in order.lines:
                still = one.quantity - (one.cancelled_quantity - lost[one.id]) - packed[one.id]
                if (quantity := min(wanted[one.line_no], still)) > 0:
                    held.append(ShipmentLine(order_line_id=one.id, quantity=quantity))
            if held and order.status in {OrderStatus.PROCESSING, OrderStatus.SHIPPED}:
                box = parcel(ShipmentStatus.PREPARING)
                box.order_id, box.lines = order.id, held
                session.add(box)

    def ship(self) -> None:
        """What is packed leaves the warehouse, and with the last of it the order has shipped."""
        with self.database.writing() as session:
            order = self.order_now(session)
            for box in [one for one in order.shipments if one.status is ShipmentStatus.PREPARING]:
                box.status, box.shipped_at = ShipmentStatus.IN_TRANSIT, self.now
                for part in box.lines:
                    variant_id = session.get_one(OrderLine, part.order_line_id).variant_id
                    session.execute(
                        update(Stock)
                        .where(Stock.variant_id == variant_id)
                        .values(
                            on_hand=Stock.on_hand - part.quantity, reserved=Stock.reserved - part.quantity
                        )
                    )
            self._follow(session, order)

    def deliver(self) -> None:
        """The first parcel that is on its way arrives."""
        with self.database.writing() as session:
            order = self.order_now(session)
            for box in order.shipments:
                if box.status is ShipmentStatus.IN_TRANSIT:
                    box.status, box.delivered_at = ShipmentStatus.DELIVERED, self.now
                    break
            self._follow(session, order)

    def _follow(self, session: WriteSession, order: Order) -> None:
        away = [one for one in order.shipments if one.status is not ShipmentStatus.PREPARING]
        sent = Counter[int]()
        for box in away:
            for part in box.lines:
                sent[part.order_line_id] += part.quantity
        lost = lost_of(session, order)
        if not away or order.status not in {OrderStatus.PROCESSING, OrderStatus.SHIPPED}:
            return
        if all(one.quantity - (one.cancelled_quantity - lost[one.id]) <= sent[one.id] for one in order.lines):
            arrived = [one for one in away if one.status is not ShipmentStatus.LOST]
            order.status = OrderStatus.SHIPPED
            if arrived and all(one.status is ShipmentStatus.DELIVERED for one in arrived):
                order.status, order.delivered_at = OrderStatus.DELIVERED, self.now

    def _line(self, bought: BoughtLine, lamp: int) -> OrderLine:
        known = {one.sku: one for one in (self.blue, self.red, self.large)}.get(bought.sku or "")
        price = known.price_minor if known else bought.price
        gross = price * bought.quantity
        discount = gross * bought.percent_off // 100
        amounts = {
            "discount_minor": discount,
            "tax_minor": (gross - discount) * bought.percent_tax // 100,
        }
        if known is None:
            return line("Lamp", quantity=bought.quantity, price=price, product_id=lamp, **amounts)
        return line(
            "Mug",
            quantity=bought.quantity,
            price=price,
            variant_id=known.id,
            product_id=known.product_id,
            sku=known.sku,
            **amounts,
        )

    def _pay(self, world: World) -> None:
        methods = {
            PaymentMethodKind.CARD: self.card,
            PaymentMethodKind.GIFT_CARD: self.gift,
            PaymentMethodKind.STORE_CREDIT: self.credit,
        }
        total = rest = self.one(Order, self.order_id).total_minor
        for sequence, paid in enumerate(world.payments, start=1):
            is_last = sequence == len(world.payments)
            amount = rest if is_last else min(rest, total * paid.share // 10)
            self.pay(self.order_id, methods[paid.by], amount, sequence=sequence, status=paid.status)
            rest -= amount
        if world.is_paid_twice and world.payments[0].status is PaymentStatus.CAPTURED:
            self.pay(self.order_id, self.card, total, sequence=9)
        self._refund_by_hand(world.refunded)

    def _refund_by_hand(self, percent: int) -> None:
        with self.database.writing() as session:
            first = session.scalars(select(Payment).where(Payment.sequence == 1)).one()
            amount = first.amount_minor * percent // 100
            if amount and first.status is PaymentStatus.CAPTURED:
                first.refunded_minor = amount
                session.add(
                    Refund(
                        ref="by-hand",
                        order_id=self.order_id,
                        payment_id=first.id,
                        kind=first.kind,
                        status=RefundStatus.ISSUED,
                        amount_minor=amount,
                        currency="USD",
                        created_at=self.now,
                    )
                )

    def _stock_up(self, world: World) -> None:
        """Of each mug, what the order has set aside, one for somebody else, and what is to spare."""
        with self.database.writing() as session:
            for stock in session.scalars(select(Stock)):
                ordered = session.scalars(
                    select(OrderLine.quantity).where(OrderLine.variant_id == stock.variant_id)
                )
                stock.reserved = sum(ordered) + 1
                stock.on_hand = stock.reserved + world.spare


def lost_of(session: ReadSession | WriteSession, order: Order) -> Counter[int]:
    """Line ids to how many were lost on the way and made good."""
    lost = Counter[int]()
    for stored in session.scalars(
        select(Proposal.plan).where(
            Proposal.order_id == order.id,
            Proposal.kind == ProposalKind.REFUND,
            Proposal.status == ProposalStatus.ACCEPTED,
        )
    ):
        effect = Plan.model_validate(stored).effect
        assert isinstance(effect, RefundEffect)
        for part in effect.lines:
            lost[part.order_line_id] += part.quantity
    return lost
