"""What is set aside for orders: given free, and set aside, in as many warehouses as it takes.

Every write locks the variant's rows first, in the order of their warehouses. Callers that move several variants do
it in the order of their ids, so that two of them cannot wait for each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import CursorResult, func, select, update

from tools.commerce.changes.effects import LineTerms
from tools.commerce.changes.plan import CannotApply, Session
from tools.commerce.database import WriteSession
from tools.commerce.schema import Stock


def free(session: Session, variant_id: int) -> int | None:
    """How many are there that no order has; None where the shop keeps no figures."""
    there = select(func.sum(Stock.on_hand - Stock.reserved)).where(Stock.variant_id == variant_id)
    found = session.scalar(there)
    return None if found is None else int(found)


def free_of(session: Session, variant_ids: Sequence[int]) -> Mapping[int, int]:
    """`free` of several; those of which the shop keeps no figures are left out."""
    there = select(Stock.variant_id, func.sum(Stock.on_hand - Stock.reserved))
    rows = session.execute(there.where(Stock.variant_id.in_(variant_ids)).group_by(Stock.variant_id))
    return {variant_id: int(found) for variant_id, found in rows}


def release(session: WriteSession, variant_id: int, quantity: int) -> int:
    """Set `quantity` less aside, at most what is, from where most is. Returns how many were given free."""
    wanted = quantity
    for stock in sorted(_locked(session, variant_id), key=lambda stock: -stock.reserved):
        part = min(wanted, stock.reserved)
        if part > 0:
            _move(session, stock, -part)
            wanted -= part
    return quantity - wanted


def reserve(session: WriteSession, variant_id: int, quantity: int) -> None:
    """Set `quantity` aside, from one warehouse where one has enough; where there are no figures, nothing happens.

    Raises CannotApply(`out_of_stock`) when there are fewer than that; then nothing was set aside.
    """
    rows = _locked(session, variant_id)
    if not rows:
        return
    there = _spare(rows)
    if there < quantity:
        raise _out_of_stock(there)
    _set_aside(session, rows, quantity)


def reserve_again(session: WriteSession, variant_id: int, quantity: int) -> None:
    """Set aside what was given free before, as far as it is still there: the rest is sold, and people see to it."""
    rows = _locked(session, variant_id)
    _set_aside(session, rows, min(quantity, _spare(rows)))


def net(moves: Iterable[tuple[LineTerms, LineTerms]]) -> dict[int, int]:
    """By variant, in the order of their ids, how many more lines need after than before; below zero, fewer."""
    needed = Counter[int]()
    for before, after in moves:
        if before.variant_id is not None:
            needed[before.variant_id] -= before.quantity
        if after.variant_id is not None:
            needed[after.variant_id] += after.quantity
    return dict(sorted(needed.items()))


def _spare(rows: Sequence[Stock]) -> int:
    return max(0, sum(stock.on_hand - stock.reserved for stock in rows))


def _set_aside(session: WriteSession, rows: Sequence[Stock], quantity: int) -> None:
    spare = {stock.warehouse_id: stock.on_hand - stock.reserved for stock in rows}
    for stock in sorted(rows, key=lambda stock: -spare[stock.warehouse_id]):
        part = min(quantity, spare[stock.warehouse_id])
        if part > 0:
            _move(session, stock, part)
            quantity -= part


def _locked(session: WriteSession, variant_id: int) -> Sequence[Stock]:
    query = select(Stock).where(Stock.variant_id == variant_id).order_by(Stock.warehouse_id)
    return session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).all()


def _move(session: WriteSession, stock: Stock, quantity: int) -> None:
    """Guarded as well: were a row ever read without its lock, the last item would still go out once."""
    after = Stock.reserved + quantity
    moved = session.execute(
        update(Stock)
        .where(
            Stock.variant_id == stock.variant_id,
            Stock.warehouse_id == stock.warehouse_id,
            after >= 0,
            after <= Stock.on_hand,
        )
        .values(reserved=after),
        execution_options={"synchronize_session": False},
    )
    if cast("CursorResult[object]", moved).rowcount != 1:
        raise _out_of_stock(0)
    session.expire(stock)


def _out_of_stock(there: int) -> CannotApply:
    left = f"only {there} left" if there else "none left"
    return CannotApply("out_of_stock", f"It has sold out in the meantime: there is {left}.")
