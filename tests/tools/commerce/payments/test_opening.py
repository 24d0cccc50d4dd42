import sys

import pytest

from tools.commerce.database import Database
from tools.commerce.payments.embedded import EmbeddedGateway
from tools.commerce.payments.opening import GatewayName, GatewayUnavailable, open_gateway
from tools.commerce.payments.stripe_gateway import StripeGateway


@pytest.fixture
def nowhere() -> Database:
    return Database("sqlite:///:memory:")


def test_the_setting_names_the_gateway(nowhere: Database) -> None:
    assert isinstance(open_gateway(GatewayName.EMBEDDED, nowhere), EmbeddedGateway)
    assert isinstance(open_gateway(GatewayName.STRIPE, nowhere, "sk_test_nobody"), StripeGateway)


def test_stripe_without_a_key_is_not_opened(nowhere: Database) -> None:
    with pytest.raises(GatewayUnavailable, match="needs STRIPE_API_KEY"):
        open_gateway(GatewayName.STRIPE, nowhere)


def test_a_missing_package_is_named(nowhere: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tools.commerce.payments.stripe_gateway", None)

    with pytest.raises(GatewayUnavailable, match=r"pip install 'parley\[stripe\]'"):
        open_gateway(GatewayName.STRIPE, nowhere, "sk_test_nobody")
