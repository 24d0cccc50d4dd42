"""Which payment gateway the settings name."""

from enum import StrEnum

from tools.commerce.database import Database
from tools.commerce.payments.embedded import EmbeddedGateway
from tools.commerce.payments.gateway import PaymentGateway


class GatewayName(StrEnum):
    EMBEDDED = "embedded"
    STRIPE = "stripe"


class GatewayUnavailable(Exception):
    """The gateway cannot be opened; `code` is stable, the message says what to do."""

    code = "gateway_unavailable"


def open_gateway(
    name: GatewayName, database: Database, api_key: str | None = None, api_base: str | None = None
) -> PaymentGateway:
    """Raises GatewayUnavailable when a provider's key or package is missing."""
    if name is GatewayName.EMBEDDED:
        return EmbeddedGateway(database)
    if not api_key:
        raise GatewayUnavailable("PAYMENT_GATEWAY=stripe needs STRIPE_API_KEY.")
    try:
        from tools.commerce.payments.stripe_gateway import StripeGateway
    except ImportError:
        raise GatewayUnavailable(
            "PAYMENT_GATEWAY=stripe needs the package stripe: pip install 'parley[stripe]'."
        ) from None
    return StripeGateway(api_key, api_base)
