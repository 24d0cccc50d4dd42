"""The demo shop's front page, and what it needs: products, people to sign in as, and e-mails not sent.

Only with DEMO=true, for whoever opens the page can sign in as each of the named customers.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from api.chat import Services
from api.pages import page
from api.problems import Problem
from tools import crossing
from tools.commerce import outbox
from tools.commerce.catalog import ProductSearch, find_products
from tools.commerce.customers import customer_with_email
from tools.commerce.database import ReadSession
from tools.commerce.schema import Role
from tools.product_cards import ProductListCard

NEWEST_EMAILS = 20
PRODUCTS_ON_A_PAGE = 24

if TYPE_CHECKING:
    from tools.commerce.demo import NamedCustomer

router = APIRouter(include_in_schema=False)


class DemoCustomer(BaseModel):
    name: str
    email: str
    story: str
    questions: tuple[str, ...]
    order_numbers: tuple[str, ...]
    postcode: str


class SignIn(BaseModel):
    email: str = Field(max_length=254)


class SignedIn(BaseModel):
    identity: str


class DemoEmail(BaseModel):
    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None


def _people() -> "tuple[NamedCustomer, ...]":
    # The generator behind it takes half a second to import, which the start of the server need not wait for.
    from tools.commerce.demo import named_customers

    return named_customers()


@router.get("/")
async def front_page(parley: Services) -> HTMLResponse:
    return page("shop.html", parley.shop, {})


@router.get("/demo/products")
async def products(
    parley: Services,
    words: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = PRODUCTS_ON_A_PAGE,
) -> ProductListCard:
    search = ProductSearch(words=words, currency=parley.shop.currency, limit=limit)
    return await crossing.read(parley.database, lambda session: find_products(session, search, parley.now()))


@router.get("/demo/customers")
async def customers() -> list[DemoCustomer]:
    return [DemoCustomer.model_validate(known, from_attributes=True) for known in _people()]


@router.post("/demo/sign-in")
async def sign_in(parley: Services, body: SignIn) -> SignedIn:
    """A token as the shop would sign it for one of the named customers; of nobody else."""
    email = body.email.strip().lower()
    if email not in {known.email for known in _people()}:
        raise Problem("unknown-customer")

    def ref(session: ReadSession) -> str | None:
        customer = customer_with_email(session, email)
        return customer.ref if customer else None

    found = await crossing.read(parley.database, ref)
    if found is None:
        raise Problem("unknown-customer", "The demo shop has not been made yet: run parley demo.")
    return SignedIn(identity=parley.tokens.issue(found, email, Role.SHOPPER, parley.now()))


@router.get("/demo/outbox")
async def emails(parley: Services) -> list[DemoEmail]:
    """The newest e-mails, codes to sign in among them."""
    found = await crossing.read(parley.database, lambda session: outbox.newest(session, NEWEST_EMAILS))
    return [DemoEmail.model_validate(email, from_attributes=True) for email in found]
