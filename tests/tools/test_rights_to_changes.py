"""Who may propose, confirm and approve: each role and each level of identity, in the tool and behind it."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from tests.tools.builders import POLICY, ask
from tests.tools.contested_shop import BOB, FOREIGN, LOST, PROCESSING, ContestedShop
from tests.tools.table_contents import contents
from tests.tools.test_proposing_changes_nothing import COMPLETE
from tools.cards import Refusal
from tools.commerce.changes import receiving
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.changes.requests import CancellationRequest, RefundRequest
from tools.commerce.database import Database
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    CancellationReason,
    Order,
    OrderProof,
    Proposal,
    ProposalKind,
    ProposalStatus,
    RefundCause,
    Role,
)
from tools.principal import Principal
from tools.toolbox import tools_for

PROPOSING = {tool.name: tool for tool in tools_for(Role.SHOPPER) if tool.name.startswith("propose_")}
KINDS = {f"propose_{kind}": kind for kind in ProposalKind if not kind.is_of_staff}
CANCEL = CancellationRequest(order_number=PROCESSING, reason=CancellationReason.OTHER)
STAFF = (Role.ANALYST, Role.AGENT, Role.MANAGER)
NOBODYS_BUSINESS = ("ada", "bob", "mug", "visa", "4242", "@", "A-10")


@pytest.fixture
def shop(database: Database) -> ContestedShop:
    return ContestedShop(database)


def proved(shop: ContestedShop) -> str:
    """A conversation in which every order of Ada's was proved, and no account."""
    conversation_id = shop.conversation()
    own = [order for order in shop.all(Order) if order.customer_id == shop.ada]
    shop.add(
        *(OrderProof(conversation_id=conversation_id, order_id=one.id, proved_at=shop.now) for one in own)
    )
    return conversation_id


async def outcomes(shop: ContestedShop, conversation_id: str) -> dict[ProposalKind, str]:
    """What each proposing tool answers, by kind of change: `proposal`, or a refusal's code."""
    context = shop.context(conversation_id)
    found = {}
    for name, tool in PROPOSING.items():
        result = await ask(tool, context, **COMPLETE[name])
        found[KINDS[name]] = result.code if isinstance(result, Refusal) else result.kind
    return found


@pytest.mark.anyio
async def test_each_level_of_identity_may_propose_what_the_policy_permits(shop: ContestedShop) -> None:
    with_account = await outcomes(shop, shop.talk())
    with_orders = await outcomes(shop, proved(shop))
    with_nothing = await outcomes(shop, shop.conversation())

    assert {kind for kind, what in with_account.items() if what == "proposal"} == set(
        POLICY.permissions.account
    )
    assert with_orders == {
        kind: "proposal" if kind in POLICY.permissions.order else "sign_in_needed" for kind in KINDS.values()
    }
    assert "proposal" not in with_nothing.values()
    assert set(with_nothing.values()) == {"identity_needed", "sign_in_needed"}


@pytest.mark.anyio
@pytest.mark.parametrize("role", STAFF)
async def test_staff_propose_nothing_and_that_is_logged(
    shop: ContestedShop, role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    before = contents(shop.database)
    staff = shop.conversation(role=role)
    before = contents(shop.database)

    with caplog.at_level(logging.WARNING, logger="tools"):
        found = await outcomes(shop, staff)

    assert set(found.values()) <= {"not_for_role", "order_not_found"}
    assert contents(shop.database) == before
    assert f"denied: role={role} proposes profile_change" in caplog.messages
    _assert_nothing_personal(caplog)


def test_what_the_policy_does_not_permit_is_refused_with_its_rule(shop: ContestedShop) -> None:
    only = POLICY.permissions.model_copy(update={"order": (), "account": (ProposalKind.CANCELLATION,)})
    shop.policy = POLICY.model_copy(update={"permissions": only})
    lost = RefundRequest(order_number=LOST, cause=RefundCause.LOST_PARCEL, refund_to=RefundMethod.ORIGINAL)

    assert shop.proposed(CANCEL).change is ProposalKind.CANCELLATION
    assert shop.refused(CANCEL, proved(shop)).code == "sign_in_needed"
    refused = shop.refused(lost)
    assert (refused.code, refused.rule) == ("not_offered", "permissions.account")


def test_a_proof_of_another_customers_order_gives_no_rights_of_their_account(shop: ContestedShop) -> None:
    conversation_id = shop.talk()
    theirs = next(order for order in shop.all(Order) if order.number == FOREIGN[0])
    shop.add(OrderProof(conversation_id=conversation_id, order_id=theirs.id, proved_at=shop.now))

    cancel = CANCEL.model_copy(update={"order_number": FOREIGN[0]})

    assert shop.proposed(cancel, conversation_id).order_number == FOREIGN[0]
    narrow = POLICY.permissions.model_copy(update={"order": ()})
    shop.policy = POLICY.model_copy(update={"permissions": narrow})
    assert shop.refused(cancel, conversation_id).code == "sign_in_needed"


def waiting(shop: ContestedShop) -> str:
    """The id of a confirmed refund that is above every limit."""
    limits = POLICY.limits.model_copy(update={"refund_max": 0})
    shop.policy = POLICY.model_copy(update={"limits": limits})
    proposal = shop.proposed(
        RefundRequest(order_number=LOST, cause=RefundCause.LOST_PARCEL, refund_to=RefundMethod.ORIGINAL)
    )
    assert shop.decide(proposal.id).status is ProposalStatus.NEEDS_APPROVAL
    return proposal.id


def nobodies(shop: ContestedShop) -> Mapping[str, Principal]:
    return {
        "anonymous": Principal(),
        "the shopper": Principal(customer_id=shop.ada),
        "another shopper": Principal(customer_id=shop.bob),
        "a shopper who says that they are an agent": Principal(staff_email="agent@example.com"),
        "an analyst": Principal(role=Role.ANALYST, staff_email="an@example.com"),
    }


@pytest.mark.parametrize("decision", Decision)
def test_only_agents_and_managers_approve_and_others_are_logged(
    shop: ContestedShop, decision: Decision, caplog: pytest.LogCaptureFixture
) -> None:
    proposal_id = waiting(shop)
    before = contents(shop.database)

    for name, somebody in nobodies(shop).items():
        with shop.database.writing() as session, caplog.at_level(logging.WARNING, logger="tools"):
            refused = approve(session, proposal_id, somebody, decision, shop.book)
            assert isinstance(refused, Refusal), name
            assert refused.code == "not_for_role"
            back = receiving.receive(session, "RMA-1", somebody, shop.book)
            assert isinstance(back, Refusal), name
            assert back.code == "not_for_role"

    assert contents(shop.database) == before
    assert caplog.messages.count("denied: role=analyst would approve this") == 1
    assert caplog.messages.count("denied: role=shopper would approve this") == 4
    _assert_nothing_personal(caplog)


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_an_agents_word_carries_it_out(shop: ContestedShop, role: Role) -> None:
    proposal_id = waiting(shop)

    with shop.database.writing() as session:
        decided = approve(
            session,
            proposal_id,
            Principal(role=role, staff_email="kim@example.com"),
            Decision.CONFIRM,
            shop.book,
        )
        assert isinstance(decided, Proposal)

    assert shop.one(Proposal, proposal_id).status is ProposalStatus.ACCEPTED


def test_the_shopper_cannot_approve_by_confirming_again(shop: ContestedShop) -> None:
    proposal_id = waiting(shop)
    before: Any = contents(shop.database)

    for decision in (Decision.CONFIRM, Decision.DECLINE, Decision.CONFIRM):
        assert shop.decide(proposal_id, decision).status is ProposalStatus.NEEDS_APPROVAL

    assert contents(shop.database) == before


def test_nothing_that_nobody_confirmed_can_be_approved(shop: ContestedShop) -> None:
    proposal = shop.proposed(CANCEL)
    before = contents(shop.database)

    with shop.database.writing() as session:
        agent = Principal(role=Role.AGENT, staff_email="kim@example.com")
        refused = approve(session, proposal.id, agent, Decision.CONFIRM, shop.book)
        assert isinstance(refused, Refusal)

    assert refused.code == "nothing_to_approve"
    assert contents(shop.database) == before


def _assert_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    said = "\n".join(caplog.messages).lower()
    assert not [word for word in (*NOBODYS_BUSINESS, BOB) if word.lower() in said]
