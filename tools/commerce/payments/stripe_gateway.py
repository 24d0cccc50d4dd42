"""Money at Stripe, through its own library.

Stripe does what is sent under one key once, but remembers a key only for a day, and repeats even a failure of its
own. So a movement also carries its key as metadata, and one that may have been sent before is looked for first.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from time import monotonic
from typing import TypeVar

import stripe
from stripe.params import PaymentIntentCreateParams, RefundCreateParams, RefundListParams

from tools.commerce.money import exponent
from tools.commerce.payments.gateway import GatewayRefused, GatewayUnreachable, Instruction
from tools.commerce.schema import LedgerKind

API_VERSION = "2026-10-28.endive"
"""What the shop's account is set to does not matter: this is what the code was written for."""

SECONDS = 9.0
"""For all requests of one movement together."""

CONNECT_SECONDS = 2.0
RETRIES = 1
METADATA_KEY = "parley_key"
FALLEN = frozenset({"failed", "canceled"})
"""How a refund stands that moved nothing."""

OTHER_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Where Stripe counts in other units than ISO 4217's."""


Sent = TypeVar("Sent", stripe.Refund, stripe.PaymentIntent)


class StripeGateway:
    """Refunds and releases need the id of a payment intent (a charge's will do for refunds), charges that of a
    payment method which is saved to a customer."""

    def __init__(self, api_key: str, api_base: str | None = None) -> None:
        # Else the library leaves a file that names this machine, and tells Stripe of it.
        stripe.enable_telemetry = False
        self._api_key = api_key
        self._base = api_base.rstrip("/") if api_base else stripe.DEFAULT_API_BASE

    def send(self, instruction: Instruction) -> str:
        http: stripe.RequestsClient = _HttpClient(SECONDS)
        client = stripe.StripeClient(
            self._api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self._base},
            max_network_retries=RETRIES,
            http_client=http,
        )
        try:
            return _move(client, instruction)
        except stripe.StripeError as error:
            # Not chained: Stripe's own words may name a person.
            raise _meaning(error) from None
        finally:
            http.close()


class _HttpClient(stripe.RequestsClient):
    """Each request has what is left of the seconds of the whole."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._deadline = monotonic() + seconds

    # The library declares `request` otherwise than its own clients define it.
    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        left = self._deadline - monotonic()
        if left <= 0:
            raise stripe.APIConnectionError("out of time")
        connect = min(CONNECT_SECONDS, left / 2)
        self._timeout = (connect, left - connect)
        return super().request(method, url, headers, post_data)


def _move(client: stripe.StripeClient, instruction: Instruction) -> str:
    moves: dict[LedgerKind, Callable[[stripe.StripeClient, Instruction], str]] = {
        LedgerKind.REFUND: _refund,
        LedgerKind.RELEASE: _release,
        LedgerKind.CHARGE: _charge,
    }
    if instruction.kind not in moves:
        raise GatewayRefused("kind_not_supported")
    return moves[instruction.kind](client, instruction)


def _refund(client: stripe.StripeClient, instruction: Instruction) -> str:
    """A refund that Stripe has yet to carry out (`pending`) counts as sent."""
    payment = _payment(instruction)
    is_charge = payment.startswith(("ch_", "py_"))
    refund = None
    if instruction.is_repeat:
        of: RefundListParams = {"charge": payment} if is_charge else {"payment_intent": payment}
        found = client.v1.refunds.list(of).auto_paging_iter()
        refund = _with_key(instruction.key, (one for one in found if _counts(one, instruction)))
    if refund is None:
        params: RefundCreateParams = {
            "amount": _amount(instruction),
            "metadata": {METADATA_KEY: instruction.key},
        }
        params["charge" if is_charge else "payment_intent"] = payment
        refund = client.v1.refunds.create(params, {"idempotency_key": _idempotency_key(instruction)})
    if refund.status in FALLEN:
        raise GatewayRefused(refund.failure_reason or f"refund_{refund.status}")
    return refund.id


def _counts(refund: stripe.Refund, instruction: Instruction) -> bool:
    """Of a refund that is sent once more, those that came to nothing before are passed over."""
    return instruction.resent == 0 or refund.status not in FALLEN


def _idempotency_key(instruction: Instruction) -> str:
    """Stripe repeats a refusal for as long as it knows the key: sent once more, it is another request."""
    return f"{instruction.key}:{instruction.resent}" if instruction.resent else instruction.key


def _release(client: stripe.StripeClient, instruction: Instruction) -> str:
    """Lift an authorization: in full it is canceled. Stripe cannot lift a part of one, so that is noted on it, and
    whoever captures the payment takes so much less; once the notes add up to all of it, it is canceled."""
    payment = _payment(instruction)
    note = f"parley_released_{sha256(instruction.key.encode()).hexdigest()[:20]}"
    intents = client.v1.payment_intents
    try:
        intent = intents.update(payment, {"metadata": {note: str(_amount(instruction))}})
        released = sum(
            int(amount)
            for name, amount in intent.metadata.to_dict().items()
            if name.startswith("parley_released_")
        )
        if released >= intent.amount_capturable:
            intents.cancel(payment, options={"idempotency_key": instruction.key})
    except stripe.InvalidRequestError as error:
        intent_then = error.error.payment_intent if error.error else None
        if intent_then is None or intent_then.status != "canceled":
            raise
    return payment


def _charge(client: stripe.StripeClient, instruction: Instruction) -> str:
    if not instruction.method_ref:
        raise GatewayRefused("payment_method_unknown")
    customer = client.v1.payment_methods.retrieve(instruction.method_ref).customer
    if customer is None:
        raise GatewayRefused("payment_method_not_saved")
    customer_id = customer if isinstance(customer, str) else customer.id
    intents = client.v1.payment_intents
    intent = None
    if instruction.is_repeat:
        recent = intents.list({"customer": customer_id, "limit": 100}).data
        # One that is not paid may still be on its way: only its key tells.
        paid = (one for one in recent if one.status in {"succeeded", "processing"})
        intent = _with_key(instruction.key, paid)
    if intent is None:
        params: PaymentIntentCreateParams = {
            "amount": _amount(instruction),
            "currency": instruction.currency.lower(),
            "customer": customer_id,
            "payment_method": instruction.method_ref,
            "confirm": True,
            "off_session": True,
            "error_on_requires_action": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "metadata": {METADATA_KEY: instruction.key},
        }
        intent = intents.create(params, {"idempotency_key": instruction.key})
    if intent.status == "processing":
        # What the key answers is as old as the first try.
        intent = intents.retrieve(intent.id)
    if intent.status == "processing":
        raise GatewayUnreachable("processing")
    if intent.status != "succeeded":
        raise GatewayRefused(f"payment_{intent.status}")
    return intent.id


def _payment(instruction: Instruction) -> str:
    if not instruction.payment_ref:
        raise GatewayRefused("payment_unknown")
    return instruction.payment_ref


def _with_key(key: str, found: Iterable[Sent]) -> Sent | None:
    return next(
        (one for one in found if one.metadata and one.metadata.to_dict().get(METADATA_KEY) == key), None
    )


def _amount(instruction: Instruction) -> int:
    """In Stripe's units."""
    ours = exponent(instruction.currency)
    theirs = OTHER_DECIMALS.get(instruction.currency, ours)
    amount = Decimal(instruction.amount_minor).scaleb(theirs - ours)
    if amount != int(amount):
        raise GatewayRefused("amount_not_possible")
    return int(amount)


def _meaning(error: stripe.StripeError) -> GatewayRefused | GatewayUnreachable:
    """A wrong key for the API is not final: nothing was done, and once it is right all of it can be."""
    code = ((error.error.code if error.error else None) or "")[:80]
    if isinstance(error, stripe.IdempotencyError):
        return GatewayRefused("key_reused")
    if isinstance(error, stripe.CardError):
        return GatewayRefused(code or "card_declined")
    if isinstance(error, stripe.InvalidRequestError):
        return GatewayRefused(code or "invalid_request")
    if isinstance(error, stripe.APIConnectionError):
        return GatewayUnreachable("no_answer")
    return GatewayUnreachable(code or f"http_{error.http_status}")
