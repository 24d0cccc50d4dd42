"""Sellers and customers on their way in."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select, update

from tools.commerce.importing.insertion import Row
from tools.commerce.importing.records import AddressRecord, CustomerRecord, SellerRecord
from tools.commerce.importing.target import Entry, Target, parts
from tools.commerce.schema import Address, Customer, LedgerEntry, Payment, PaymentMethod, Seller


def write_sellers(target: Target, entries: Sequence[Entry[SellerRecord]]) -> None:
    stored = target.refuse_repeats(Seller.ref, Seller.id, [(e, "id", e.record.id) for e in entries])
    rows: list[Row] = [
        {
            "ref": record.id,
            "name": record.name,
            "city": record.city,
            "region": record.region,
            "country": record.country,
        }
        for record in (entry.record for entry in entries if entry.sound)
    ]
    target.upsert_keyed(Seller, Seller.ref, rows, stored)


def write_customers(target: Target, entries: Sequence[Entry[CustomerRecord]]) -> None:
    stored = target.refuse_repeats(Customer.ref, Customer.id, [(e, "id", e.record.id) for e in entries])
    _refuse_taken_emails(target, entries)
    methods = [
        (entry, f"payment_methods[{n}].id", method.id)
        for entry in entries
        for n, method in enumerate(entry.record.payment_methods)
    ]
    stored_methods = target.refuse_repeats(PaymentMethod.ref, PaymentMethod.id, methods)
    rows = {entry.record.id: _customer_row(entry) for entry in entries}
    addresses = {entry.record.id: _address_rows(entry) for entry in entries}
    payment_methods = {entry.record.id: _payment_method_rows(entry) for entry in entries}
    sound = [entry.record.id for entry in entries if entry.sound]
    ids = target.upsert_keyed(Customer, Customer.ref, [rows[ref] for ref in sound], stored)
    known = {ids[ref] for ref in sound if ref in stored}
    _write_addresses(target, {ids[ref]: addresses[ref] for ref in sound}, known)
    _write_payment_methods(target, {ids[ref]: payment_methods[ref] for ref in sound}, known, stored_methods)


def _refuse_taken_emails(target: Target, entries: Sequence[Entry[CustomerRecord]]) -> None:
    """Also takes e-mails from customers of this chunk who give them up, so that two of them may swap."""
    coming = {entry.record.id for entry in entries}
    holders = target.find(Customer.email, Customer.ref, (e.record.email for e in entries if e.record.email))
    given: set[str] = set()
    moved: list[str] = []
    for entry in entries:
        email = entry.record.email
        if email is None:
            continue
        holder = holders.get(email, entry.record.id)
        if email in given or holder not in coming:
            entry.reject("email", "belongs to another customer")
        elif holder != entry.record.id:
            moved.append(email)
        given.add(email)
    for part in parts(moved):
        target.connection.execute(update(Customer).where(Customer.email.in_(part)).values(email=None))


def _customer_row(entry: Entry[CustomerRecord]) -> Row:
    record = entry.record
    return {
        "ref": record.id,
        "email": record.email,
        "name": record.name,
        "phone": record.phone,
        "created_at": entry.moment("created_at", record.created_at),
        "newsletter": record.newsletter,
    }


def _address_rows(entry: Entry[CustomerRecord]) -> list[Row]:
    rows: list[Row] = []
    labels: set[str] = set()
    for n, address in enumerate(entry.record.addresses):
        label = address.label or f"Address {n + 1}"
        if label in labels:
            entry.reject(f"addresses[{n}].label", "is the label of another address, too")
        labels.add(label)
        rows.append({"label": label, **address_columns(address), "is_default": address.is_default})
    return rows


def address_columns(address: AddressRecord) -> Row:
    """The columns that an address book and an order share."""
    return {
        "recipient": address.recipient,
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
        "country": address.country,
    }


def _payment_method_rows(entry: Entry[CustomerRecord]) -> list[Row]:
    rows: list[Row] = []
    for n, method in enumerate(entry.record.payment_methods):
        currency = method.currency or entry.target.defaults.currency
        where = f"payment_methods[{n}].balance"
        kept = method.balance is not None
        balance = entry.minor(where, method.balance, currency) if method.balance is not None else None
        rows.append(
            {
                "ref": method.id,
                "kind": method.kind,
                "brand": method.brand,
                "last4": method.last4,
                "balance_minor": balance,
                "currency": currency if kept else method.currency,
                "expires_on": method.expires_on,
                "gateway_ref": method.gateway_ref,
            }
        )
    return rows


def _write_addresses(target: Target, addresses: Mapping[int, Sequence[Row]], known: Collection[int]) -> None:
    """`known` are the customers that may have addresses already."""
    rows = [{"customer_id": owner, **row} for owner, owned in addresses.items() for row in owned]
    target.insert(Address, [row for row in rows if row["customer_id"] not in known])
    updated = [row for row in rows if row["customer_id"] in known]
    target.upsert(Address, updated, match=("customer_id", "label"))
    kept = {(row["customer_id"], row["label"]) for row in updated}
    gone: list[int] = []
    for part in parts(known):
        stored = select(Address.id, Address.customer_id, Address.label).where(Address.customer_id.in_(part))
        found = target.connection.execute(stored)
        gone.extend(row_id for row_id, owner, label in found if (owner, label) not in kept)
    for part in parts(gone):
        target.connection.execute(delete(Address).where(Address.id.in_(part)))


def _write_payment_methods(
    target: Target,
    methods: Mapping[int, Sequence[Row]],
    known: Collection[int],
    stored: Mapping[str, int],
) -> None:
    """What a customer of `known` has no longer is removed, unless money moved by it."""
    rows = [{"customer_id": owner, **row} for owner, owned in methods.items() for row in owned]
    target.upsert_keyed(PaymentMethod, PaymentMethod.ref, rows, stored)
    kept = {str(row["ref"]) for row in rows}
    for part in parts(known):
        used = select(Payment.payment_method_id).where(Payment.payment_method_id == PaymentMethod.id)
        moved = select(LedgerEntry.id).where(LedgerEntry.payment_method_id == PaymentMethod.id)
        held = select(PaymentMethod.id, PaymentMethod.ref).where(
            PaymentMethod.customer_id.in_(part), ~used.exists(), ~moved.exists()
        )
        gone = [row_id for row_id, ref in target.connection.execute(held) if ref not in kept]
        for some in parts(gone):
            target.connection.execute(delete(PaymentMethod).where(PaymentMethod.id.in_(some)))
