"""Finding a customer by what the shop knows of them."""

from sqlalchemy import select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import Customer


def customer_of(session: ReadSession | WriteSession, ref: str | None, email: str | None) -> int | None:
    """The id of the customer with the shop's own id `ref`, else with that e-mail; None when there is none."""
    for column, value in ((Customer.ref, ref), (Customer.email, email and email.strip().lower())):
        if value:
            found = session.scalars(select(Customer.id).where(column == value)).one_or_none()
            if found is not None:
                return found
    return None


def customer_with_email(session: ReadSession, email: str) -> Customer | None:
    return session.scalars(select(Customer).where(Customer.email == email.strip().lower())).one_or_none()
