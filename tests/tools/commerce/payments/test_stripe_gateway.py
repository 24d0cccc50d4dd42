"""Stripe's gateway against a server on this machine: each movement once, whatever the line and Stripe do."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.stripe_server import Fault, StripeServer, serving_stripe
from tools.commerce.payments import stripe_gateway
from tools.commerce.payments.gateway import GatewayRefused, GatewayUnreachable, Instruction
from tools.commerce.payments.stripe_gateway import API_VERSION, StripeGateway
from tools.commerce.schema import LedgerKind

API_KEY = "sk_test_canary"
KEY = "0b4f6a34-58b0-4c43-9f0c-d2a4a2d31fd2:1"

REFUND = Instruction(
    key=KEY, kind=LedgerKind.REFUND, amount_minor=2500, currency="USD", payment_ref="pi_1", method_ref=None
)
RELEASE = replace(REFUND, kind=LedgerKind.RELEASE)
CHARGE = replace(REFUND, kind=LedgerKind.CHARGE, payment_ref=None, method_ref="pm_1")
MOVEMENTS = pytest.mark.parametrize("movement", [REFUND, RELEASE, CHARGE], ids=lambda one: one.kind.value)


@pytest.fixture
def server() -> Iterator[StripeServer]:
    """It holds a payment of $75.00."""
    with serving_stripe() as server:
        server.paid("pi_1", 7500)
        yield server


@pytest.fixture
def gateway(server: StripeServer) -> StripeGateway:
    return StripeGateway(API_KEY, server.url)


def again(movement: Instruction) -> Instruction:
    return replace(movement, is_repeat=True)


def refusal(gateway: StripeGateway, movement: Instruction) -> str:
    with pytest.raises(GatewayRefused) as refused:
        gateway.send(movement)
    return refused.value.code


def trouble(gateway: StripeGateway, movement: Instruction) -> str:
    with pytest.raises(GatewayUnreachable) as unreachable:
        gateway.send(movement)
    return unreachable.value.code


def authorized(server: StripeServer, amount: int = 7500) -> None:
    server.paid("pi_1", amount, status="requires_capture")


def ready(server: StripeServer, movement: Instruction) -> Instruction:
    """The movement, with a payment that it can be made of."""
    if movement.kind is LedgerKind.RELEASE:
        authorized(server, movement.amount_minor)
    return movement


def moved(server: StripeServer) -> int:
    """How often money was given back, taken or let go."""
    canceled = [one for one in server.intents.values() if one["status"] == "canceled"]
    return len(server.refunds) + len(server.charged()) + len(canceled)


def test_a_refund_is_sent_with_its_key_and_under_a_fixed_version(
    server: StripeServer, gateway: StripeGateway
) -> None:
    assert gateway.send(REFUND) == "re_1"

    (call,) = server.moves()
    assert (call.path, call.key, call.version) == ("/v1/refunds", KEY, API_VERSION)
    assert call.params == {"payment_intent": "pi_1", "amount": "2500", "metadata[parley_key]": KEY}


def test_a_payment_may_be_named_by_its_charge(server: StripeServer, gateway: StripeGateway) -> None:
    server.paid("ch_1", 7500)

    gateway.send(replace(REFUND, payment_ref="ch_1"))

    assert server.refunds[0]["charge"] == "ch_1"


def test_a_charge_is_made_with_the_saved_method_while_the_customer_is_away(
    server: StripeServer, gateway: StripeGateway
) -> None:
    ref = gateway.send(CHARGE)

    params = server.moves()[0].params
    assert server.intents[ref]["amount"] == 2500
    assert (params["payment_method"], params["customer"]) == ("pm_1", "cus_1")
    assert (params["confirm"], params["off_session"], params["currency"]) == ("true", "true", "usd")


@pytest.mark.parametrize(
    ("method", "code"), [(None, "payment_method_unknown"), ("pm_loose", "payment_method_not_saved")]
)
def test_a_method_that_is_not_saved_at_stripe_cannot_be_charged(
    server: StripeServer, gateway: StripeGateway, method: str | None, code: str
) -> None:
    assert refusal(gateway, replace(CHARGE, method_ref=method)) == code
    assert server.charged() == []


def test_an_authorization_is_canceled_in_full(server: StripeServer, gateway: StripeGateway) -> None:
    authorized(server, 2500)

    assert gateway.send(RELEASE) == "pi_1"
    assert server.intents["pi_1"]["status"] == "canceled"


def test_a_part_of_an_authorization_is_noted_on_it_and_the_last_part_cancels_it(
    server: StripeServer, gateway: StripeGateway
) -> None:
    authorized(server)

    gateway.send(RELEASE)
    gateway.send(again(RELEASE))
    assert server.intents["pi_1"]["status"] == "requires_capture"
    assert list(server.intents["pi_1"]["metadata"].values()) == ["2500"]

    gateway.send(replace(RELEASE, key="other:1", amount_minor=5000))
    assert server.intents["pi_1"]["status"] == "canceled"


def test_an_authorization_that_is_gone_already_counts_as_released(
    server: StripeServer, gateway: StripeGateway
) -> None:
    server.paid("pi_1", 2500, status="canceled")

    assert gateway.send(RELEASE) == "pi_1"


def test_an_authorization_that_was_captured_meanwhile_is_not_released(
    server: StripeServer, gateway: StripeGateway
) -> None:
    assert refusal(gateway, RELEASE) == "payment_intent_unexpected_state"


@MOVEMENTS
@pytest.mark.parametrize("fault", [None, Fault.DROPPED, Fault.TWICE])
def test_however_it_is_answered_money_moves_once(
    server: StripeServer, gateway: StripeGateway, movement: Instruction, fault: Fault | None
) -> None:
    ready(server, movement)
    server.faults.extend([fault] if fault else [])

    first = gateway.send(movement)

    assert gateway.send(again(movement)) == first
    assert moved(server) == 1


@MOVEMENTS
def test_what_was_never_answered_is_unknown_and_a_repeat_finds_it(
    server: StripeServer, gateway: StripeGateway, movement: Instruction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_gateway, "SECONDS", 0.6)
    ready(server, movement)
    server.faults.append(Fault.SILENT)

    assert trouble(gateway, movement) == "no_answer"
    monkeypatch.undo()

    gateway.send(again(movement))
    assert moved(server) == 1


@MOVEMENTS
def test_a_repeat_after_stripe_has_forgotten_the_key_moves_nothing_twice(
    server: StripeServer, gateway: StripeGateway, movement: Instruction
) -> None:
    ready(server, movement)
    first = gateway.send(movement)
    server.forget_keys()

    assert gateway.send(again(movement)) == first
    assert moved(server) == 1


def test_a_repeat_is_found_among_many_refunds_of_one_payment(
    server: StripeServer, gateway: StripeGateway
) -> None:
    first = gateway.send(replace(REFUND, amount_minor=1))
    for number in range(2, 14):
        gateway.send(replace(REFUND, key=f"other:{number}", amount_minor=1))
    server.forget_keys()

    assert gateway.send(again(replace(REFUND, amount_minor=1))) == first
    assert len(server.refunds) == 13


def test_an_unpaid_charge_that_is_found_says_nothing_its_key_does(
    server: StripeServer, gateway: StripeGateway
) -> None:
    """While the first try runs, its payment is there but not paid: that is no refusal."""
    server.paid("pi_2", 2500, status="requires_confirmation")
    server.intents["pi_2"] |= {"customer": "cus_1", "metadata": {"parley_key": KEY}}

    ref = gateway.send(again(CHARGE))

    assert server.intents[ref]["status"] == "succeeded"


def test_a_key_with_other_content_is_refused(server: StripeServer, gateway: StripeGateway) -> None:
    gateway.send(REFUND)

    assert refusal(gateway, replace(REFUND, amount_minor=2600)) == "key_reused"
    assert server.refunded() == [2500]


def test_a_failure_of_stripes_own_that_its_key_remembers_ends_when_it_is_forgotten(
    server: StripeServer, gateway: StripeGateway
) -> None:
    server.faults.append(Fault.ERROR)

    assert trouble(gateway, REFUND) == "http_500"
    assert trouble(gateway, again(REFUND)) == "http_500"
    server.forget_keys()
    gateway.send(again(REFUND))

    assert server.refunded() == [2500]


@pytest.mark.parametrize(("fault", "code"), [(Fault.BUSY, "rate_limit"), (Fault.UNAUTHORIZED, "http_401")])
def test_neither_too_many_requests_nor_a_wrong_api_key_is_a_refusal(
    server: StripeServer, gateway: StripeGateway, fault: Fault, code: str
) -> None:
    server.faults.append(fault)

    assert trouble(gateway, REFUND) == code
    assert gateway.send(again(REFUND)) == "re_1"


def test_a_second_try_while_the_first_is_under_way_is_no_refusal(
    server: StripeServer, gateway: StripeGateway
) -> None:
    server.faults.append(Fault.HELD)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(gateway.send, REFUND)
        assert server.held.wait(10)
        assert trouble(gateway, again(REFUND)) == "idempotency_key_in_use"
        server.go_on.set()
        assert first.result() == "re_1"

    assert server.refunded() == [2500]


def test_nobody_there_is_no_refusal(server: StripeServer) -> None:
    assert trouble(StripeGateway(API_KEY, "http://127.0.0.1:9"), REFUND) == "no_answer"


def test_a_declined_card_is_final_also_when_asked_again(server: StripeServer, gateway: StripeGateway) -> None:
    server.faults.append(Fault.DECLINED)

    assert refusal(gateway, CHARGE) == "card_declined"
    assert refusal(gateway, again(CHARGE)) == "card_declined"
    assert server.charged() == []


def test_a_refund_that_failed_is_sent_once_more_as_another_request_and_then_only_once(
    server: StripeServer, gateway: StripeGateway
) -> None:
    server.faults.append(Fault.DECLINED)
    assert refusal(gateway, REFUND) == "card_declined"
    assert refusal(gateway, again(REFUND)) == "card_declined", "Stripe repeats what it said"

    resent = replace(again(REFUND), resent=1)
    assert [gateway.send(resent), gateway.send(resent), gateway.send(replace(resent, resent=2))] == [
        "re_1"
    ] * 3
    assert server.refunded() == [2500]


def test_more_than_was_paid_is_refused(server: StripeServer, gateway: StripeGateway) -> None:
    gateway.send(replace(REFUND, amount_minor=7500))

    assert refusal(gateway, replace(REFUND, key="other:1", amount_minor=1)) == "charge_already_refunded"


def test_a_payment_that_stripe_does_not_know_is_refused(server: StripeServer, gateway: StripeGateway) -> None:
    assert refusal(gateway, replace(REFUND, payment_ref="pi_none")) == "resource_missing"
    assert refusal(gateway, replace(REFUND, payment_ref=None)) == "payment_unknown"


@pytest.mark.parametrize(
    ("status", "outcome"), [("pending", "re_1"), ("requires_action", "re_1"), ("succeeded", "re_1")]
)
def test_a_refund_on_its_way_counts_as_sent(
    server: StripeServer, gateway: StripeGateway, status: str, outcome: str
) -> None:
    server.refund_status = status

    assert gateway.send(REFUND) == outcome


@pytest.mark.parametrize(
    ("status", "code"), [("failed", "expired_or_canceled_card"), ("canceled", "refund_canceled")]
)
def test_a_refund_that_failed_at_once_is_refused(
    server: StripeServer, gateway: StripeGateway, status: str, code: str
) -> None:
    server.refund_status = status

    assert refusal(gateway, REFUND) == code


def test_a_charge_that_takes_its_time_is_waited_for(server: StripeServer, gateway: StripeGateway) -> None:
    server.charge_status = "processing"
    assert trouble(gateway, CHARGE) == "processing"

    (ref,) = [ref for ref, one in server.intents.items() if one["customer"]]
    server.intents[ref]["status"] = "succeeded"

    assert gateway.send(again(CHARGE)) == ref
    assert server.charged() == [2500]


@pytest.mark.parametrize(
    ("currency", "minor", "sent"), [("JPY", 2500, "2500"), ("ISK", 25, "2500"), ("KWD", 2500, "2500")]
)
def test_amounts_are_in_stripes_units(
    server: StripeServer, gateway: StripeGateway, currency: str, minor: int, sent: str
) -> None:
    gateway.send(replace(REFUND, currency=currency, amount_minor=minor))

    assert server.moves()[0].params["amount"] == sent


def test_what_stripes_units_cannot_say_is_refused(server: StripeServer, gateway: StripeGateway) -> None:
    assert refusal(gateway, replace(REFUND, currency="MGA", amount_minor=2550)) == "amount_not_possible"


def test_nothing_is_told_of_the_key_in_log_or_error(
    server: StripeServer, gateway: StripeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.extend([Fault.DECLINED, Fault.ERROR])

    with caplog.at_level(logging.DEBUG), pytest.raises(GatewayRefused) as refused:
        gateway.send(CHARGE)

    assert API_KEY not in caplog.text + repr(refused.value)
    assert refused.value.__cause__ is None
