"""Somebody else's conversation and proposal are over HTTP what one that doesn't exist is: the same bytes."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import Conversation, Served
from tools.change_cards import ProposalCard
from tools.commerce.changes import proposals
from tools.commerce.changes.requests import AddressChangeRequest, PostalAddress
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.days import LocalTime

LEO = "leo.castellano@fernway.example"
NINA = "nina.kowalski@fernway.example"


def signed_in(served: Served, email: str) -> Conversation:
    with served.client() as client:
        return served.start(client.post("/demo/sign-in", json={"email": email}).json()["identity"])


@pytest.fixture
def leo(served: Served) -> Conversation:
    return signed_in(served, LEO)


@pytest.fixture
def proposal(served: Served, leo: Conversation) -> Iterator[str]:
    """The id of an open proposal of Leo's; it is open still at the end."""
    parley = served.parley
    book = Rulebook(parley.policy, parley.shop.currency, LocalTime(parley.now(), parley.shop.zone))
    address = PostalAddress(line1="20 Birch Street", city="Denver", postcode="80211", country="US")
    with parley.database.writing() as session:
        request = AddressChangeRequest(order_number="FW-266391", address=address)
        made = proposals.propose(session, leo.id, request, book)
    assert isinstance(made, ProposalCard), made
    yield made.id
    with leo.client() as client:
        seen = client.get(leo.path).json()["proposal"]
    assert (seen["id"], seen["status"]) == (made.id, "open")


def bytes_of(answer: httpx.Response) -> tuple[int, bytes, str | None]:
    return answer.status_code, answer.content, answer.headers.get("content-type")


@pytest.mark.parametrize("who", [LEO, NINA, None])
@pytest.mark.parametrize("decision", ["confirm", "decline"])
def test_another_conversations_proposal_is_unknown(
    served: Served, proposal: str, who: str | None, decision: str
) -> None:
    """Of another customer, of nobody, and of the same customer: what was shown there was not shown here."""
    other = signed_in(served, who) if who else served.start()

    with other.client() as client:
        answers = {
            bytes_of(client.post(f"{other.path}/proposals/{known}", json={"decision": decision}))
            for known in (proposal, str(uuid4()), "0", proposal.upper(), "%00", "a" * 300)
        }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_another_conversation_is_unknown_on_every_path(
    served: Served, leo: Conversation, proposal: str
) -> None:
    mine = served.start()
    unknown = f"/api/conversations/{uuid4()}"

    for method, path, body in (
        ("GET", "", None),
        ("GET", "/events", None),
        ("POST", "/messages", {"text": "yes"}),
        ("POST", f"/proposals/{proposal}", {"decision": "confirm"}),
    ):
        with mine.client() as client:
            answers = {
                bytes_of(client.request(method, f"{it}{path}", json=body)) for it in (leo.path, unknown)
            }
        assert len(answers) == 1, path
        assert next(iter(answers))[0] == 404


@pytest.mark.parametrize("token", [None, "Bearer", "wrong", "x" * 5000])
def test_without_its_token_a_proposal_cannot_be_decided(
    served: Served, leo: Conversation, proposal: str, token: str | None
) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    with served.client() as client:
        answer = client.post(
            f"{leo.path}/proposals/{proposal}", json={"decision": "confirm"}, headers=headers
        )

    assert answer.status_code in {401, 404}
    assert proposal not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "approve"},
        {"decision": "CONFIRM"},
        {"decision": "confirm", "role": "agent"},
        {"decision": "confirm", "customer_id": 1},
        {"decision": ["confirm"]},
        {"decision": True},
        {},
    ],
)
def test_a_body_that_asks_for_more_than_a_decision_is_refused(
    leo: Conversation, proposal: str, body: dict[str, object]
) -> None:
    with leo.client() as client:
        answer = client.post(f"{leo.path}/proposals/{proposal}", json=body)

    assert answer.status_code == 422
