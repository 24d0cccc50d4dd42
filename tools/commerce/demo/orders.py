"""From a purchase to an order's record as it stands now: its parcels, its returns, its money."""

from datetime import datetime
from random import Random
from typing import NamedTuple

from tools.commerce.demo.catalog import money
from tools.commerce.demo.ledger import Ledger
from tools.commerce.demo.parcels import Journey, Parcel
from tools.commerce.demo.purchases import Purchase
from tools.commerce.demo.returns import ReturnPlan, draw_return, return_record
from tools.commerce.demo.shop import Shop
from tools.commerce.importing.records import OrderRecord
from tools.commerce.schema import OrderStatus, ReturnKind, ReturnStatus


class Cancelled(NamedTuple):
    """The end of an order that was never sent, `at` its time."""

    status: OrderStatus
    at: datetime
    reason: str


class Sending(NamedTuple):
    """One parcel that is to be sent: which lines (from 0), from where and how it fares."""

    lines: tuple[int, ...]
    warehouse: str
    journey: Journey


class Outcome(NamedTuple):
    """An order's record, and what its reviews depend on: the day it was delivered, if it was, and whether late."""

    record: OrderRecord
    purchase: Purchase
    delivered: int | None
    late: bool


class Orders:
    """Carries purchases out."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def draw(self, rng: Random, purchase: Purchase) -> Outcome:
        """The purchase's order, its fate left to chance."""
        shop, luck = self._shop, rng.random()
        shares = shop.trade.shares
        if luck < shares.cancelled:
            at = shop.days.at(purchase.day, purchase.second + 900 + int(rng.random() * 20_000))
            reason = shop.trade.draws.cancel_reason.draw(rng)
            return self.outcome(rng, purchase, (), Cancelled(OrderStatus.CANCELLED, at, reason), None)
        if luck < shares.cancelled + shares.unavailable:
            at = shop.days.at(purchase.day + 1, purchase.second)
            gone = Cancelled(OrderStatus.UNAVAILABLE, at, "We ran out of stock")
            return self.outcome(rng, purchase, (), gone, None)
        sendings = self._sendings(rng, purchase)
        arrivals = [sending.journey.delivered for sending in sendings]
        plan = None
        if None not in arrivals:
            delivered = max(day for day in arrivals if day is not None)
            late = delivered > sendings[0].journey.promised
            plan = draw_return(shop, rng, purchase, delivered, late)
        return self.outcome(rng, purchase, sendings, None, plan)

    def outcome(
        self,
        rng: Random,
        purchase: Purchase,
        sendings: tuple[Sending, ...],
        cancelled: Cancelled | None,
        plan: ReturnPlan | None,
    ) -> Outcome:
        """The order of a purchase whose fate is known; what lies in the future is left out."""
        shop, now = self._shop, self._shop.days.now
        ledger = Ledger(purchase, now)
        if cancelled and cancelled.at > now:
            cancelled = None
        if cancelled:
            ledger.refund(purchase.total, f"Order {cancelled.status}", cancelled.at)
        parcels = [self._parcel(rng, purchase, sending, n) for n, sending in enumerate(sendings, start=1)]
        sent = [parcel for parcel in parcels if parcel]
        delivered = self._delivered(parcels)
        self._give_back_for_delivery(purchase, sendings, parcels, ledger)
        returned = return_record(shop, rng, plan, purchase, ledger) if plan and delivered else None
        replacement = self._replacement(rng, purchase, plan) if returned else None
        promised = shop.carriers.promised(
            purchase.paid_day, purchase.second, purchase.method, purchase.person.place
        )
        record = {
            **self._order_values(purchase, ledger, cancelled, parcels),
            "promised_at": shop.days.end(promised),
            "delivered_at": max((parcel.delivered_at for parcel in sent if parcel.delivered_at), default=None)
            if delivered
            else None,
            "payments": ledger.payments(cancelled is not None),
            "shipments": tuple(parcel.record for parcel in [*sent, replacement] if parcel),
            "returns": (returned,) if returned else (),
            "refunds": tuple(ledger.refunds),
        }
        late = delivered is not None and delivered > promised
        return Outcome(OrderRecord.model_validate(record), purchase, delivered, late)

    def _sendings(self, rng: Random, purchase: Purchase) -> tuple[Sending, ...]:
        shop, place, count = self._shop, purchase.person.place, len(purchase.lines)
        journey = shop.carriers.journey(rng, purchase.paid_day, purchase.second, purchase.method, place)
        if count < 3 or rng.random() >= shop.trade.shares.two_parcels:
            return (Sending(tuple(range(count)), place.warehouse, journey),)
        other = shop.carriers.journey(rng, purchase.paid_day, purchase.second, purchase.method, place)
        others = [warehouse.id for warehouse in shop.trade.warehouses if warehouse.id != place.warehouse]
        second = Sending((count - 1,), others[int(rng.random() * len(others))], other)
        return Sending(tuple(range(count - 1)), place.warehouse, journey), second

    def _parcel(self, rng: Random, purchase: Purchase, sending: Sending, n: int) -> Parcel | None:
        if purchase.paid_at > self._shop.days.now:
            return None
        parcel = self._shop.carriers.parcel(
            rng,
            sending.journey,
            purchase.method,
            sending.warehouse,
            purchase.person.place,
            ref=f"{purchase.number}-{n}",
        )
        if parcel and len(sending.lines) < len(purchase.lines):
            parcel.record["lines"] = tuple({"line": line + 1} for line in sending.lines)
        return parcel

    def _delivered(self, parcels: list[Parcel | None]) -> int | None:
        """The day on which the last parcel came, once all have come."""
        arrived = [parcel.delivered_day for parcel in parcels if parcel]
        if not parcels or len(arrived) < len(parcels) or None in arrived:
            return None
        return max(day for day in arrived if day is not None)

    def _give_back_for_delivery(
        self,
        purchase: Purchase,
        sendings: tuple[Sending, ...],
        parcels: list[Parcel | None],
        ledger: Ledger,
    ) -> None:
        """A lost parcel's worth is given back, and the fee of a fast delivery that came late."""
        days = self._shop.days
        refundable = (
            purchase.shipping and purchase.method in self._shop.policy.late_parcels.fee_refund_methods
        )
        for sending, parcel in zip(sendings, parcels, strict=True):
            journey = sending.journey
            if parcel and parcel.lost_at:
                worth = sum(purchase.lines[line].total for line in sending.lines)
                fee = purchase.shipping if len(sendings) == 1 else 0
                ledger.refund(worth + fee, "Parcel lost", parcel.lost_at)
            elif refundable and journey.delivered and journey.delivered > journey.promised:
                at = days.at(journey.delivered + 1, 10 * 3600)
                ledger.refund(purchase.shipping, "Delivery was late", at)
                return

    def _replacement(self, rng: Random, purchase: Purchase, plan: ReturnPlan | None) -> Parcel | None:
        """What is sent once an exchange is settled: a parcel of the same order."""
        if not plan or plan.kind is not ReturnKind.EXCHANGE or plan.outcome is not ReturnStatus.COMPLETED:
            return None
        place = purchase.person.place
        shipped = self._shop.days.working_after(plan.settled, 1)
        arrives = self._shop.days.working_after(shipped, 4)
        journey = Journey(shipped, arrives, arrives)
        ref = f"{purchase.number}-X"
        parcel = self._shop.carriers.parcel(rng, journey, purchase.method, place.warehouse, place, ref)
        if parcel:
            parcel.record["lines"] = ({"line": plan.line + 1, "quantity": plan.quantity},)
        return parcel

    def _order_values(
        self,
        purchase: Purchase,
        ledger: Ledger,
        cancelled: Cancelled | None,
        parcels: list[Parcel | None],
    ) -> dict[str, object]:
        person = purchase.person
        return {
            "number": purchase.number,
            "customer": person.ref,
            "email": person.email,
            "status": cancelled.status if cancelled else _status(ledger, parcels),
            "channel": purchase.channel,
            "device": purchase.device,
            "placed_at": purchase.placed_at,
            "paid_at": purchase.paid_at if ledger.is_paid else None,
            "cancelled_at": cancelled.at if cancelled else None,
            "cancel_reason": cancelled.reason if cancelled else None,
            "shipping": money(purchase.shipping),
            "shipping_method": self._shop.carriers.method(purchase.method).name,
            "promo_code": purchase.promo_code,
            "address": person.address,
            "lines": tuple(
                {
                    "sku": line.sellable.sku,
                    "quantity": line.quantity,
                    "unit_price": money(line.sellable.price),
                    "discount": money(line.discount),
                    "tax": money(line.tax),
                }
                for line in purchase.lines
            ),
        }


def _status(ledger: Ledger, parcels: list[Parcel | None]) -> OrderStatus:
    if not ledger.is_paid:
        return OrderStatus.PENDING
    if not parcels or not all(parcel and parcel.left for parcel in parcels):
        return OrderStatus.PROCESSING
    arrived = all(parcel and parcel.delivered_at for parcel in parcels)
    return OrderStatus.DELIVERED if arrived else OrderStatus.SHIPPED
