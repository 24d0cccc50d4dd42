"""Proving who one is: by an order's details and by a code sent by e-mail, and what stops guessing."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select

from tests.tools.builders import POLICY, Shop, ask, message_of
from tools.commerce.attempts import Prover
from tools.commerce.identity import Details, identify_by_order, principal_of
from tools.commerce.schema import IdentityAttempt, OrderProof, OutboxEmail, Role, SignInCode
from tools.commerce.sign_in import send_code, sign_in
from tools.context import ToolContext
from tools.identity import identify_by_order as identify_tool
from tools.identity import send_sign_in_code, sign_in_with_code
from tools.orders import get_order_details, list_my_orders
from tools.principal import IdentityLevel

pytestmark = pytest.mark.anyio


@pytest.fixture
def ada(shop: Shop) -> int:
    return shop.customer("ada@example.com", postcode="05401-1234")


async def fail(context: ToolContext, times: int = 1, number: str = "FW-104233") -> None:
    for _ in range(times):
        found = await ask(identify_tool, context, order_number=number, email="wrong@example.com")
        assert found.code == "not_identified"


def attempts(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.scalar(select(func.count(IdentityAttempt.id))) or 0


def newest_code(shop: Shop) -> str:
    with shop.database.reading() as session:
        body = session.scalars(select(OutboxEmail.body).order_by(OutboxEmail.id.desc()).limit(1)).one()
    (code,) = re.findall(r"\b\d{6}\b", body)
    return str(code)


@pytest.mark.parametrize(
    "details",
    [
        {"email": " ADA@Example.com "},
        {"email": "old@example.com"},
        {"postcode": "05401"},
        {"postcode": "05401 1234"},
        {"postcode": "10115"},
        {"email": "ada@example.com", "postcode": "05401"},
    ],
    ids=str,
)
async def test_the_email_or_postcode_of_an_order_or_its_customer_shows_it(
    shop: Shop, ada: int, details: dict[str, str]
) -> None:
    shop.order("FW-104233", customer_id=ada, email="old@example.com", postcode="10115")
    shop.order("FW-104234", customer_id=ada)
    context = shop.context(shop.conversation())

    shown = await ask(identify_tool, context, order_number="fw 104233", **details)

    assert (shown.outcome, shown.order_number) == ("order_shown", "FW-104233")
    assert (await ask(get_order_details, context, order_number="FW-104233")).number == "FW-104233"
    assert (await ask(get_order_details, context, order_number="FW-104234")).code == "order_not_found"
    assert attempts(shop) == 0


async def test_mere_digits_find_an_order_of_the_shops_own_form(shop: Shop, ada: int) -> None:
    shop.order("FW-104233", customer_id=ada)

    shown = await ask(
        identify_tool, shop.context(shop.conversation()), order_number="104233", email="ada@example.com"
    )

    assert shown.order_number == "FW-104233"


@pytest.mark.parametrize(
    "details",
    [
        {"email": "bob@example.com"},
        {"postcode": "05402"},
        {"postcode": "0540"},
        {"email": "ada@example.com", "postcode": "99999"},
        {"email": "%@example.com"},
    ],
    ids=str,
)
async def test_anything_else_on_it_does_not(shop: Shop, ada: int, details: dict[str, str]) -> None:
    shop.customer("bob@example.com", postcode="99999")
    shop.order("FW-104233", customer_id=ada)
    context = shop.context(shop.conversation())

    refused = await ask(identify_tool, context, order_number="FW-104233", **details)

    assert refused.code == "not_identified"
    assert (await ask(get_order_details, context, order_number="FW-104233")).code == "identity_needed"


async def test_an_order_without_details_cannot_be_shown_by_empty_ones(shop: Shop) -> None:
    shop.order("FW-104233")
    context = shop.context(shop.conversation())

    nothing = await ask(identify_tool, context, order_number="FW-104233")
    blank = await ask(identify_tool, context, order_number="FW-104233", postcode=" - ")

    assert nothing.code == blank.code == "details_needed"
    assert attempts(shop) == 0


async def test_an_unknown_number_and_wrong_details_give_the_same_bytes_for_the_same_queries(
    shop: Shop, ada: int
) -> None:
    shop.order("FW-104233", customer_id=ada)
    statements: list[str] = []
    sqlalchemy_event.listen(
        shop.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )

    asked = {"email": "bob@example.com"}
    wrong = await message_of(
        identify_tool, shop.context(shop.conversation(), address="a"), order_number="FW-104233", **asked
    )
    first, statements[:] = [text for text in statements if "INSERT INTO conversations" not in text], []
    unknown = await message_of(
        identify_tool, shop.context(shop.conversation(), address="b"), order_number="FW-999999", **asked
    )
    second = [text for text in statements if "INSERT INTO conversations" not in text]

    assert (wrong.content, wrong.artifact) == (unknown.content, unknown.artifact)
    assert first == second


@pytest.mark.parametrize("number", ["FW-104233", "FW-999999"])
async def test_five_failures_lock_the_order_for_everybody_and_the_right_details_too(
    shop: Shop, ada: int, number: str
) -> None:
    shop.order("FW-104233", customer_id=ada)
    for place in range(5):
        await fail(shop.context(shop.conversation(), address=f"198.51.100.{place}"), number=number)

    context = shop.context(shop.conversation(), address="203.0.113.9")
    refused = await ask(identify_tool, context, order_number=number, email="ada@example.com")

    assert refused.code == "not_identified"
    assert attempts(shop) == 5


@pytest.mark.parametrize("same", ["conversation", "address"])
async def test_five_failures_lock_the_conversation_and_the_address(shop: Shop, ada: int, same: str) -> None:
    shop.order("FW-104233", customer_id=ada)
    conversation = shop.conversation()

    def context(step: int) -> ToolContext:
        if same == "conversation":
            return shop.context(conversation, address=f"198.51.100.{step}")
        return shop.context(shop.conversation(), address="192.0.2.7")

    for step in range(5):
        await fail(context(step), number=f"FW-20000{step}")
    refused = await ask(identify_tool, context(9), order_number="FW-104233", email="ada@example.com")

    assert refused.code == "not_identified"


async def test_other_spellings_of_a_number_are_no_further_tries(shop: Shop, ada: int) -> None:
    shop.order("FW-104233", customer_id=ada)
    for place, number in enumerate(("FW-104233", "104233", "fw104233", "#FW 104233", "F.W.104233")):
        await fail(shop.context(shop.conversation(), address=f"198.51.100.{place}"), number=number)

    context = shop.context(shop.conversation(), address=None)
    refused = await ask(identify_tool, context, order_number="FW-104233", email="ada@example.com")

    assert refused.code == "not_identified"


async def test_after_an_hour_it_may_be_tried_again_and_waiting_tries_have_not_prolonged_it(
    shop: Shop, ada: int
) -> None:
    shop.order("FW-104233", customer_id=ada)
    context = shop.context(shop.conversation())
    await fail(context, times=5)
    shop.now += timedelta(minutes=59)
    await fail(context, times=3)
    shop.now += timedelta(minutes=2)

    shown = await ask(identify_tool, context, order_number="FW-104233", email="ada@example.com")

    assert shown.outcome == "order_shown"


async def test_success_forgets_none_of_the_failures_before(shop: Shop, ada: int) -> None:
    shop.order("FW-104233", customer_id=ada)
    context = shop.context(shop.conversation())
    await fail(context, times=4, number="FW-999999")
    await ask(identify_tool, context, order_number="FW-104233", email="ada@example.com")
    await fail(context, number="FW-999998")

    refused = await ask(identify_tool, context, order_number="FW-104233", email="ada@example.com")

    assert refused.code == "not_identified"


def together(work: Callable[[int], object], threads: int) -> list[object]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(threads)))


async def test_of_32_tries_at_once_five_are_counted_and_none_gets_past(shop: Shop, ada: int) -> None:
    shop.order("FW-104233", customer_id=ada)
    conversations = [shop.conversation() for _ in range(32)]

    def attempt(number: int) -> object:
        prover = Prover(conversations[number], f"198.51.100.{number}", shop.now)
        with shop.database.writing() as session:
            details = Details("FW-104233", email=f"guess-{number}@example.com")
            return identify_by_order(session, prover, details)

    answers = together(attempt, 32)

    assert len(set(answers)) == 1
    assert attempts(shop) == 5


async def test_nothing_that_was_typed_is_kept_with_an_attempt(shop: Shop, ada: int) -> None:
    shop.order("FW-104233", customer_id=ada)
    await fail(shop.context(shop.conversation(), address="192.0.2.77"))

    with shop.database.reading() as session:
        kept = str(session.execute(select(IdentityAttempt.__table__)).one())

    assert not any(word in kept for word in ("104233", "wrong@example.com", "192.0.2.77"))


async def test_a_code_sent_by_email_signs_in(shop: Shop, ada: int) -> None:
    shop.order("FW-104233", customer_id=ada)
    conversation = shop.conversation()
    context = shop.context(conversation)

    sent = await ask(send_sign_in_code, context, email="Ada@Example.com")
    code = newest_code(shop)
    signed_in = await ask(sign_in_with_code, context, code=f" {code[:3]} {code[3:]}")

    assert (sent.outcome, signed_in.outcome) == ("code_sent", "signed_in")
    assert [order.number for order in (await ask(list_my_orders, context)).orders] == ["FW-104233"]
    with shop.database.reading() as session:
        assert principal_of(session, conversation).level is IdentityLevel.ACCOUNT
        mail = session.scalars(select(OutboxEmail)).one()
        assert (mail.recipient, mail.sent_at) == ("ada@example.com", None)
        assert "Fernway" in mail.subject
        assert code not in mail.subject
        assert code not in str(session.scalars(select(SignInCode)).one().code_hash)


async def test_an_unknown_email_gets_the_same_answer_and_no_mail(shop: Shop, ada: int) -> None:
    context = shop.context(shop.conversation())

    known = await message_of(send_sign_in_code, context, email="ada@example.com")
    unknown = await message_of(send_sign_in_code, context, email="nobody@example.com")

    assert (known.content, known.artifact) == (unknown.content, unknown.artifact)
    with shop.database.reading() as session:
        assert session.scalars(select(OutboxEmail.recipient)).all() == ["ada@example.com"]


async def test_only_the_newest_code_of_the_same_conversation_works_and_only_in_time(
    shop: Shop, ada: int
) -> None:
    here, elsewhere = shop.context(shop.conversation()), shop.context(shop.conversation())
    await ask(send_sign_in_code, here, email="ada@example.com")
    first = newest_code(shop)
    await ask(send_sign_in_code, here, email="ada@example.com")
    second = newest_code(shop)

    if first != second:
        assert (await ask(sign_in_with_code, here, code=first)).code == "not_signed_in"
    assert (await ask(sign_in_with_code, elsewhere, code=second)).code == "not_signed_in"
    shop.now += timedelta(minutes=POLICY.identity.code_minutes)
    assert (await ask(sign_in_with_code, here, code=second)).code == "not_signed_in"


async def test_a_code_works_once(shop: Shop, ada: int) -> None:
    context = shop.context(shop.conversation())
    await ask(send_sign_in_code, context, email="ada@example.com")
    code = newest_code(shop)

    assert (await ask(sign_in_with_code, context, code=code)).outcome == "signed_in"
    assert (await ask(sign_in_with_code, context, code=code)).code == "not_signed_in"


async def test_of_16_who_enter_the_same_code_at_once_one_gets_in(shop: Shop, ada: int) -> None:
    conversation = shop.conversation()
    await ask(send_sign_in_code, shop.context(conversation), email="ada@example.com")
    code = newest_code(shop)

    def enter(number: int) -> object:
        with shop.database.writing() as session:
            prover = Prover(conversation, f"198.51.100.{number}", shop.now)
            return sign_in(session, prover, code, rules=POLICY.identity)

    answers = together(enter, 16)

    assert sum(getattr(found, "outcome", None) == "signed_in" for found in answers) == 1


async def test_five_wrong_codes_stop_the_right_one(shop: Shop, ada: int) -> None:
    context = shop.context(shop.conversation())
    await ask(send_sign_in_code, context, email="ada@example.com")
    code = newest_code(shop)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    for _ in range(5):
        assert (await ask(sign_in_with_code, context, code=wrong)).code == "not_signed_in"

    assert (await ask(sign_in_with_code, context, code=code)).code == "not_signed_in"


async def test_a_conversation_gets_three_codes_an_hour(shop: Shop, ada: int) -> None:
    context = shop.context(shop.conversation())
    for email in ("ada@example.com", "nobody@example.com", "ada@example.com"):
        assert (await ask(send_sign_in_code, context, email=email)).outcome == "code_sent"

    assert (await ask(send_sign_in_code, context, email="ada@example.com")).code == "too_many_codes"
    shop.now += timedelta(minutes=61)
    assert (await ask(send_sign_in_code, context, email="ada@example.com")).outcome == "code_sent"


async def test_a_customer_gets_five_mails_an_hour_whatever_the_number_of_conversations(
    shop: Shop, ada: int
) -> None:
    conversations = [shop.conversation() for _ in range(12)]

    def send(number: int) -> object:
        with shop.database.writing() as session:
            prover = Prover(conversations[number], None, shop.now)
            return send_code(session, prover, "ada@example.com", shop="Shop", rules=POLICY.identity)

    answers = together(send, 12)

    assert len(set(answers)) == 1
    with shop.database.reading() as session:
        assert session.scalar(select(func.count(OutboxEmail.id))) == 5


async def test_the_mail_and_the_code_are_written_together_or_not_at_all(shop: Shop, ada: int) -> None:
    prover = Prover(shop.conversation(), None, shop.now)
    with pytest.raises(RuntimeError, match="power cut"), shop.database.writing() as session:
        send_code(session, prover, "ada@example.com", shop="Shop", rules=POLICY.identity)
        raise RuntimeError("power cut")

    with shop.database.reading() as session:
        assert session.scalar(select(func.count(OutboxEmail.id))) == 0
        assert session.scalar(select(func.count(SignInCode.id))) == 0


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AGENT, Role.MANAGER])
async def test_staff_cannot_become_somebody_by_a_proof(shop: Shop, ada: int, role: Role) -> None:
    shop.order("FW-104233", customer_id=ada)
    context = shop.context(shop.conversation(role=role))

    answers = [
        await ask(identify_tool, context, order_number="FW-104233", email="ada@example.com"),
        await ask(send_sign_in_code, context, email="ada@example.com"),
        await ask(sign_in_with_code, context, code="123456"),
    ]

    assert {found.code for found in answers} == {"shoppers_only"}
    with shop.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OrderProof)) == 0


async def test_no_code_or_email_is_logged(shop: Shop, ada: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    context = shop.context(shop.conversation())
    await ask(send_sign_in_code, context, email="ada@example.com")
    code = newest_code(shop)
    await ask(sign_in_with_code, context, code=code)

    assert code not in caplog.text
    assert "ada@example.com" not in caplog.text
