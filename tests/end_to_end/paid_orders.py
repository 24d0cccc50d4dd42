"""Orders in the demo shop that tests may change: paid, and each of a customer of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from playwright.sync_api import Page
from sqlalchemy import select, update

from api.auth import Tokens
from tests.end_to_end.server import IDENTITY_SECRET, Server
from tests.tools.builders import line
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.changes.proposals import awaiting_approval
from tools.commerce.database import Database
from tools.commerce.schema import Order, OrderStatus, PaymentMethodKind, Proposal, Refund, Role
from tools.principal import Principal

NAMES = ("Reading lamp", "Set of coasters")


class PaidOrders:
    """Unless it is said otherwise, each costs $45.00 with a Visa card: two things of $20.00, and $5.00 for delivery."""

    def __init__(self, server: Server) -> None:
        self._shop = PaidShop(Database(server.database_url), now=datetime.now(UTC))
        self._numbers = count(900001)

    def close(self) -> None:
        self._shop.database.close()

    def place(self, names: Sequence[str] = NAMES, *, is_delivered: bool = False, price: int = 2000) -> str:
        """Returns its number. It is not packed yet, unless it has been delivered."""
        number = f"FW-{next(self._numbers)}"
        email = self._email(number)
        customer = self._shop.customer(email, name="Ada")
        card = self._shop.method(PaymentMethodKind.CARD, customer_id=customer, brand="Visa", last4="4242")
        items = [line(name, price=price) for name in names]
        make = self._shop.delivered if is_delivered else self._shop.paid
        make(number, items, customer_id=customer, email=email, paid_by=[(card, len(items) * price + 500)])
        return number

    def sign_in(self, page: Page, number: str) -> None:
        """As whoever placed it."""
        tokens = Tokens(IDENTITY_SECRET, "parley", None)
        token = tokens.issue(number, self._email(number), Role.SHOPPER, datetime.now(UTC))
        page.evaluate("token => parley.identify(token)", token)

    def status(self, number: str) -> OrderStatus:
        with self._shop.database.reading() as session:
            return session.scalars(select(Order.status).where(Order.number == number)).one()

    def refunds(self, number: str) -> list[int]:
        with self._shop.database.reading() as session:
            refunds = select(Refund.amount_minor).join(Order).where(Order.number == number)
            return list(session.scalars(refunds))

    def approve_what_waits(self) -> None:
        self._shop.now = datetime.now(UTC)
        agent = Principal(role=Role.AGENT, staff_email="sam@fernway.example")
        with self._shop.database.reading() as session:
            waiting = [proposal.id for proposal in awaiting_approval(session)]
        with self._shop.database.writing() as session:
            for proposal_id in waiting:
                approve(session, proposal_id, agent, Decision.CONFIRM, self._shop.book)

    def let_proposals_expire(self) -> None:
        with self._shop.database.writing() as session:
            session.execute(update(Proposal).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    @staticmethod
    def _email(number: str) -> str:
        return f"{number.lower()}@fernway.example"
