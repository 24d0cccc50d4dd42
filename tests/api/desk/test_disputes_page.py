"""A dispute on its case's page: opened, looked into, decided in two steps, and only by whom the rules let."""

import re
from html import unescape
from itertools import count

import pytest

from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import ANN, KIM, LEE, MAX, Browser, SignInAs, case_of, texts
from tests.tools.builders import line
from tests.tools.commerce.disputes.disputed_shop import DisputedShop
from tools.commerce.schema import Conversation as ConversationRow
from tools.commerce.schema import (
    Dispute,
    DisputeState,
    EntryStatus,
    Handoff,
    LedgerEntry,
    OrderLine,
    OutcomeKind,
    PaymentMethodKind,
)

CLAIM = "The lamp is in <b>pieces</b> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
NOWHERE = "00000000-0000-4000-8000-000000000000"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def disputed(staffed: Served) -> DisputedShop:
    parley = staffed.parley
    return DisputedShop(parley.database, now=parley.now(), policy=parley.policy)


class Claimed:
    """One that Kim has opened in a conversation that she has taken."""

    def __init__(self, shop: DisputedShop, talk: Conversation, kim: Browser, items: list[OrderLine]) -> None:
        self.shop, self.case, self.kim = shop, case_of(talk), kim
        self.number = f"DSP-{next(_NUMBERS)}"
        # Of somebody of their own: whoever claims often needs a second person.
        email = f"{self.number}@example.com".lower()
        customer = shop.customer(email, name="Ada")
        card = shop.method(PaymentMethodKind.CARD, customer_id=customer, brand="Visa", last4="4242")
        paid = sum(one.total_minor for one in items)
        self.order_id = shop.delivered(
            self.number, items, shipping=0, paid_by=[(card, paid)], customer_id=customer, email=email
        )
        with shop.database.writing() as session:
            session.get_one(ConversationRow, talk.id).customer_id = customer
        kim.post(f"{self.case}/take")
        opened = kim.post(f"{self.case}/disputes", kind="damaged", order_number=self.number, claim=CLAIM)
        assert opened.status_code == 303, texts(opened.text)

    @property
    def row(self) -> Dispute:
        with self.shop.database.reading() as session:
            return session.query(Dispute).filter_by(order_id=self.order_id).one()

    @property
    def path(self) -> str:
        return f"{self.case}/disputes/{self.row.id}"

    def moved(self) -> list[int]:
        with self.shop.database.reading() as session:
            found = session.query(LedgerEntry).filter_by(order_id=self.order_id)
            return [entry.amount_minor for entry in found]


@pytest.fixture
def dispute(disputed: DisputedShop, talk: Conversation, sign_in_as: SignInAs) -> Claimed:
    return Claimed(disputed, talk, sign_in_as(KIM), [line("Lamp", price=4000)])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.partition('class="confirm"')[2])
    assert found, texts(page)
    return unescape(found[1])


def confirmed(dispute: Claimed, browser: Browser, page: str) -> int:
    return browser.post(
        f"{dispute.path}/settle", request=hidden(page, "request"), seen_left=hidden(page, "seen_left")
    ).status_code


def test_what_is_claimed_is_text_and_what_is_known_stands_beside_it(dispute: Claimed) -> None:
    page = dispute.kim.get(dispute.case).text
    assert "The lamp is in &lt;b&gt;pieces&lt;/b&gt; &lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    said = texts(page)
    for known in (
        "Damaged",
        "$40.00",
        "Answer by",
        "Suggested: Ask the shopper",
        "Against it",
        "Paid $40.00",
    ):
        assert known in said, known
    assert f'href="/desk/disputes/{dispute.row.id}/evidence.pdf"' in page
    question = re.search(r'data-says="([^"]+)"', page)
    assert question is not None
    asked = dispute.kim.post(f"{dispute.case}/replies", text=unescape(question[1])).text
    assert "One up close, and one of the whole item with its packaging.</textarea>" in asked


def test_an_outcome_is_seen_first_and_done_once_it_is_confirmed(dispute: Claimed) -> None:
    kim = dispute.kim
    page = kim.post(f"{dispute.path}/preview", outcome="partial_refund", amount="12.50").text
    assert "$12.50 to Visa ending in 4242" in texts(page)
    assert (dispute.row.state, dispute.moved()) == (DisputeState.OPEN, [])

    assert [confirmed(dispute, kim, page) for _ in range(2)] == [303, 409]
    assert (dispute.row.state, dispute.row.outcome) == (DisputeState.SETTLED, OutcomeKind.PARTIAL_REFUND)
    assert dispute.moved() == [1250]
    after = kim.get(dispute.case).text
    assert "Settled: partial refund" in texts(after)
    assert re.search(r"Settled.{1,40}, Kim", texts(after.partition("What was done")[2]))
    assert "Decide otherwise" not in after


def test_items_are_picked_one_by_one_and_the_amount_follows(
    disputed: DisputedShop, talk: Conversation, sign_in_as: SignInAs
) -> None:
    three = Claimed(disputed, talk, sign_in_as(KIM), [line("Lamp", price=1000, quantity=3)])
    kim = three.kim
    assert 'data-paid="1000 2000 3000"' in kim.get(three.case).text
    for wrong in ("0", "", "4", "-1", "1.5", "²"):
        told = kim.post(f"{three.path}/preview", outcome="refund", line="1", quantity=wrong)
        assert (told.status_code, 'class="problem"' in told.text) == (409, True), wrong
    corrected = {"kind": "damaged", "order_number": three.number, "line": "1", "quantity": "2"}
    assert kim.post(f"{three.path}/amend", **corrected).status_code == 303
    assert "2 x Lamp, $20.00" in texts(kim.get(three.case).text)

    page = kim.post(f"{three.path}/preview", outcome="refund", line="1", quantity="1").text
    assert "Refund 1 x Lamp" in texts(page)
    assert confirmed(three, kim, page) == 303
    assert three.moved() == [1000]


def test_another_version_is_sent_in_place_of_what_came(
    disputed: DisputedShop, talk: Conversation, sign_in_as: SignInAs
) -> None:
    mug = Claimed(disputed, talk, sign_in_as(KIM), [disputed.mug(2)])
    page = mug.kim.get(mug.case).text
    said = texts(page.partition("Decide otherwise")[2])
    for offered in (
        "The same again: Color: Blue (",
        "Color: Red (6 in stock)",
        "Color: Green, $6.00 more (2 in",
    ):
        assert offered in said, offered

    sent = {"outcome": "replacement", "line": "1", "quantity": "2", "sku": "MUG-R"}
    assert mug.kim.post(f"{mug.path}/preview", **{**sent, "sku": "MUG-X"}).status_code == 409
    page = mug.kim.post(f"{mug.path}/preview", **sent).text
    assert "Send a replacement for 2 x Mug of order" in texts(page)
    assert ", as Color: Red." in texts(page)
    assert confirmed(mug, mug.kim, page) == 303
    assert (mug.row.outcome, mug.moved()) == (OutcomeKind.REPLACEMENT, [])
    assert disputed.reserved(disputed.red) == 6


def test_a_refund_that_was_refused_is_sent_again_from_the_desk(
    dispute: Claimed, disputed: DisputedShop, talk: Conversation
) -> None:
    kim = dispute.kim
    page = kim.post(f"{dispute.path}/preview", outcome="partial_refund", amount="12.50").text
    assert confirmed(dispute, kim, page) == 303
    with disputed.database.writing() as session:
        entry = session.query(LedgerEntry).filter_by(order_id=dispute.order_id).one()
        entry.status, entry.failure = EntryStatus.FAILED, "expired_card"
        path = f"/desk/refunds/{entry.id}/again"
    for shown in (kim.get("/desk").text, kim.get(dispute.case).text):
        assert "$12.50 of order" in texts(shown)
        assert f'action="{path}"' in shown

    answers = [kim.post(path, there=dispute.case) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert answers[0].headers["location"] == dispute.case
    assert kim.post("/desk/refunds/0x1/again").status_code == 409
    with disputed.database.reading() as session:
        assert session.query(LedgerEntry).filter_by(order_id=dispute.order_id).one().status == "settled"
    with talk.client() as shopper:
        said = str(shopper.get(talk.path).json()["messages"])
    assert "Kim from our team has sent your refund of $12.50 once more." in said


def test_an_amount_that_can_not_be_is_told(dispute: Claimed) -> None:
    for amount in ("", "0", "-5", "12.505", "twelve", "1e9", "NaN", "40.01", "9" * 20, "1e99999999999"):
        told = dispute.kim.post(f"{dispute.path}/preview", outcome="partial_refund", amount=amount)
        assert (told.status_code, 'class="problem"' in told.text) == (409, True), amount


def test_what_was_given_back_meanwhile_is_told_instead(dispute: Claimed) -> None:
    page = dispute.kim.post(f"{dispute.path}/preview", outcome="partial_refund", amount="5").text
    told = dispute.kim.post(f"{dispute.path}/settle", request=hidden(page, "request"), seen_left="3999")
    assert (told.status_code, "Please look again" in texts(told.text)) == (409, True)
    assert dispute.moved() == []


def test_a_refusal_needs_reasons_which_the_shopper_reads(dispute: Claimed, talk: Conversation) -> None:
    kim = dispute.kim
    assert kim.post(f"{dispute.path}/preview", outcome="refusal", ground="nothing").status_code == 409
    page = kim.post(
        f"{dispute.path}/preview", outcome="refusal", ground="photos_missing", reasons="It was seen whole.\n"
    ).text
    assert "The shopper reads: The shopper has sent 0 photos" in texts(page)
    assert confirmed(dispute, kim, page) == 303

    assert dispute.row.state is DisputeState.REFUSED
    with talk.client() as shopper:
        last = shopper.get(talk.path).json()["messages"][-1]
    assert "It was seen whole." in str(last)


def test_only_who_has_the_conversation_decides(dispute: Claimed, sign_in_as: SignInAs) -> None:
    lee = sign_in_as(LEE)
    said = texts(lee.get(dispute.case).text)
    assert "Take the conversation to settle it." in said
    assert "Decide otherwise" not in said

    page = dispute.kim.post(f"{dispute.path}/preview", outcome="refund").text
    assert confirmed(dispute, lee, page) == 409
    for step in ("escalate", "withdraw", "amend"):
        answer = lee.post(f"{dispute.path}/{step}", kind="other", reason="mine!")
        assert (answer.status_code, "Take this conversation first" in answer.text) == (409, True), step
    assert (dispute.row.state, dispute.row.kind) == (DisputeState.OPEN, "damaged")
    assert dispute.row.manager_since is None


def test_where_no_rule_decides_one_press_hands_it_to_a_manager_also_after_it_was_closed(
    dispute: Claimed,
) -> None:
    kim = dispute.kim
    kim.post(f"{dispute.path}/amend", kind="other", order_number=dispute.number)
    kim.post(f"{dispute.case}/close")
    suggested = kim.get(dispute.case).text.partition('class="suggested"')[2].partition("</div>")[0]
    assert "Suggested: Hand to a manager" in texts(suggested)
    form = re.search(r'action="([^"]+/escalate)".*?name="reason" value="([^"]*)"', suggested, re.DOTALL)
    assert form is not None
    pressed = [kim.post(form[1], reason=unescape(form[2])).status_code for _ in range(2)]

    assert pressed == [303, 409], "then it is the manager's"
    page = texts(kim.get(dispute.case).text)
    assert "A manager is to settle it" in page
    assert "Suggested: Hand to a manager" in page
    assert f"{dispute.path}/escalate" not in kim.get(dispute.case).text
    with dispute.shop.database.reading() as session:
        cases = session.query(Handoff).filter_by(conversation_id=dispute.row.conversation_id)
        assert sorted(case.state for case in cases) == ["closed", "waiting"]


def test_what_is_handed_to_a_manager_a_manager_decides(dispute: Claimed, sign_in_as: SignInAs) -> None:
    kim, max_ = dispute.kim, sign_in_as(MAX)
    page = kim.post(f"{dispute.path}/preview", outcome="refund").text
    assert kim.post(f"{dispute.path}/escalate", reason="Not sure <i>here</i>").status_code == 303
    assert "A manager is to settle it." in texts(kim.get(dispute.case).text)
    kim.post(f"{dispute.case}/take")
    assert confirmed(dispute, kim, page) == 409
    kim.post(f"{dispute.case}/release")

    max_.post(f"{dispute.case}/take")
    assert "Not sure &lt;i&gt;here&lt;/i&gt;" in max_.get(dispute.case).text
    assert confirmed(dispute, max_, page) == 303
    assert dispute.moved() == [4000]


def test_above_the_limit_a_second_person_agrees(
    disputed: DisputedShop, talk: Conversation, sign_in_as: SignInAs
) -> None:
    over = disputed.policy.disputes.manager_over
    dispute = Claimed(disputed, talk, sign_in_as(KIM), [line("Lamp", price=over + 100)])
    kim, max_ = dispute.kim, sign_in_as(MAX)
    page = kim.post(f"{dispute.path}/preview", outcome="refund").text
    assert "A second person has to agree" in texts(page)
    assert confirmed(dispute, kim, page) == 303
    assert dispute.moved() == []

    waiting = dispute.row.proposal_id
    for who in (kim, max_):
        assert "To be agreed to by a second person Refund 1 x Lamp" in texts(who.get(dispute.case).text)
    for page in (dispute.case, "/desk"):
        may = [f"/desk/proposals/{waiting}" in who.get(page).text for who in (kim, max_)]
        assert may == [False, True], page
    assert "Only a manager can approve how a dispute is settled. decided by Kim," in texts(
        kim.get("/desk").text
    )
    assert max_.post(f"/desk/proposals/{waiting}", decision="decline").status_code == 303
    assert "It was declined: Refund 1 x Lamp" in texts(kim.get(dispute.case).text)
    page = kim.post(f"{dispute.path}/preview", outcome="refund").text
    assert confirmed(dispute, kim, page) == 303
    waiting = dispute.row.proposal_id
    assert max_.post(f"/desk/proposals/{waiting}", decision="confirm").status_code == 303
    assert (dispute.moved(), dispute.row.state) == ([over + 100], DisputeState.SETTLED)


def test_it_can_be_put_right_and_closed_without_an_outcome(dispute: Claimed) -> None:
    kim = dispute.kim
    kim.post(f"{dispute.path}/amend", kind="missing_item", order_number=dispute.number)
    assert "Missing item" in texts(kim.get(dispute.case).text)
    assert kim.post(f"{dispute.path}/amend", kind="other", order_number="none").status_code == 409
    kim.post(f"{dispute.path}/withdraw", reason="They found it")
    assert dispute.row.state is DisputeState.WITHDRAWN


def test_the_forms_are_for_agents_and_managers_from_their_own_pages(
    dispute: Claimed, sign_in_as: SignInAs
) -> None:
    forms = [f"{dispute.path}/{step}" for step in ("preview", "settle", "escalate", "withdraw", "amend")]
    forms.append(f"{dispute.case}/disputes")
    fields = {"kind": "other", "claim": "x", "request": "{}", "outcome": "refund", "reason": "x"}
    ann, kim = sign_in_as(ANN), dispute.kim
    assert {ann.post(form, **fields).status_code for form in forms} == {403}
    data = {"form_token": kim.form_token, **fields}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert {kim.http.post(form, data=data, headers=headers).status_code for form in forms} == {403}
    kim.http.cookies.clear()
    assert {kim.post(form, **fields).status_code for form in forms} == {303}
    assert (dispute.row.state, dispute.row.manager_since) == (DisputeState.OPEN, None)


def test_what_is_no_dispute_of_this_case_is_not_there(
    dispute: Claimed, staffed: Served, sign_in_as: SignInAs
) -> None:
    other = staffed.start()
    with other.client() as shopper:
        shopper.post(f"{other.path}/messages", json={"text": "I want to talk to a person"})
    elsewhere = case_of(other)
    kim = dispute.kim
    kim.post(f"{elsewhere}/take")
    for path in (f"{elsewhere}/disputes/{dispute.row.id}", f"{dispute.case}/disputes/{NOWHERE}"):
        answers = [kim.post(f"{path}/preview", outcome="refund"), kim.post(f"{path}/withdraw")]
        answers.append(kim.post(f"{path}/settle", request="{}"))
        assert {answer.status_code for answer in answers} == {409}
    for request in ("{}", "[", '{"dispute_id": "x", "outcome": "refund"}'):
        assert kim.post(f"{dispute.path}/settle", request=request).status_code == 409
    assert dispute.row.state is DisputeState.OPEN


def test_what_a_bank_sent_becomes_a_case(dispute: Claimed, sign_in_as: SignInAs) -> None:
    kim, max_ = dispute.kim, sign_in_as(MAX)
    sent = {
        "order_number": dispute.number,
        "network": "Visa <b>",
        "reason_code": "13.1",
        "case_reference": "CB-1",
        "amount": "40.00",
        "respond_by": "2030-01-31",
    }
    assert 'action="/desk/chargebacks"' in kim.get("/desk?show=disputes").text
    opened = kim.post("/desk/chargebacks", **sent)
    assert opened.status_code == 303
    page = kim.get(opened.headers["location"]).text
    assert "Visa &lt;b&gt;, reason 13.1, CB-1" in page
    assert "Answer by Jan 31, 2030" in texts(page)
    again = kim.post("/desk/chargebacks", **sent)
    assert (again.status_code, "open case of this chargeback already" in again.text) == (409, True)
    case = opened.headers["location"]
    path = re.search(rf'action="({case}/disputes/[0-9a-f-]+)/preview"', kim.get(case).text)
    assert path is None, "nobody has taken it"
    kim.post(f"{case}/take")
    path = re.search(rf'action="({case}/disputes/[0-9a-f-]+)/preview"', kim.get(case).text)
    assert path is not None
    for fields, end in (
        ({"outcome": "contest"}, "Contested: the bank is to rule"),
        ({"outcome": "lost", "ruled_on": "2020-02-03", "amount": "30.00"}, "The bank keeps $30.00"),
    ):
        page = kim.post(f"{path[1]}/preview", **fields).text
        sure = {"request": hidden(page, "request"), "seen_left": hidden(page, "seen_left")}
        assert kim.post(f"{path[1]}/settle", **sure).status_code == 303
        assert end in texts(kim.get(case).text)
    assert "Lost: the bank ruled against the shop" in texts(kim.get(case).text)
    assert 'name="corrects"' not in kim.get(case).text
    form = re.search(r'name="corrects" value="([^"]+)"', max_.get(case).text)
    assert form is not None
    won = {"outcome": "won", "ruled_on": "2020-02-03", "corrects": form[1], "why": "A <b>misread</b> letter"}
    for who, answer in ((kim, 409), (max_, 303)):
        page = who.post(f"{path[1]}/preview", **won).text
        sure = (
            {"request": hidden(page, "request"), "seen_left": hidden(page, "seen_left")}
            if who is max_
            else sure
        )
        assert who.post(f"{path[1]}/settle", **sure).status_code == answer
    trail = texts(kim.get(case).text.partition("What was done")[2])
    assert re.search(r"ruling put right , Max A &lt;b&gt;misread&lt;/b&gt; letter .* Refused", trail)
    assert "The bank keeps nothing" in texts(kim.get(case).text)
    assert dispute.moved() == []
    wrongs = [{"amount": typed} for typed in ("forty", "-1", "0", " ", "9" * 20, "1e99999999", "12.345")]
    for wrong in (*wrongs, {"order_number": "none-such"}, {"respond_by": "9999-12-31"}):
        assert kim.post("/desk/chargebacks", **{**sent, **wrong}).status_code == 409
