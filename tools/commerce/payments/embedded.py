"""The payment gateway that needs no provider: a book in the shop's own database.

It moves nothing outside. For shops that settle payments by hand or by another system, which reads the book, and
for trying everything out.
"""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from tools.commerce.database import Database
from tools.commerce.payments.gateway import GatewayRefused, Instruction
from tools.commerce.schema import EmbeddedGatewayCall


class EmbeddedGateway:
    """Each key stands in the book once; sent again with the same terms, it gets the same answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def send(self, instruction: Instruction) -> str:
        """Raises GatewayRefused (`key_reused`) for a known key with other terms."""
        try:
            with self._database.writing() as session:
                known = session.get(EmbeddedGatewayCall, instruction.key)
                if known is None:
                    known = _entry(instruction)
                    session.add(known)
                return _answer(known, instruction)
        except IntegrityError:
            # Another process wrote the same key at the same time.
            with self._database.reading() as session:
                return _answer(session.get_one(EmbeddedGatewayCall, instruction.key), instruction)


def _entry(instruction: Instruction) -> EmbeddedGatewayCall:
    return EmbeddedGatewayCall(
        key=instruction.key,
        kind=instruction.kind,
        payment_ref=instruction.payment_ref,
        method_ref=instruction.method_ref,
        amount_minor=instruction.amount_minor,
        currency=instruction.currency,
        ref=f"embedded-{uuid4()}",
        created_at=datetime.now(UTC),
    )


def _answer(known: EmbeddedGatewayCall, instruction: Instruction) -> str:
    terms = (known.kind, known.payment_ref, known.method_ref, known.amount_minor, known.currency)
    asked = (
        instruction.kind,
        instruction.payment_ref,
        instruction.method_ref,
        instruction.amount_minor,
        instruction.currency,
    )
    if terms != asked:
        raise GatewayRefused("key_reused")
    return known.ref
