"""The assistant's own figures, from conversations as they are stored."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from tests.tools.builders import SHOP, Shop
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.query import KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import (
    Conversation,
    FeedbackVerdict,
    Handoff,
    HandoffReason,
    HandoffState,
    Message,
    MessageFeedback,
    MessageRole,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Role,
)

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


class Talks:
    def __init__(self, database: Database) -> None:
        self.shop = Shop(database)
        self.customers = [self.shop.customer(f"c{number}@example.com") for number in range(3)]

    def talk(
        self,
        hours: float,
        customer: int | None = None,
        *,
        answered_after: float = 0.5,
        role: Role = Role.SHOPPER,
    ) -> str:
        """One with a message `hours` after the start, answered after some seconds, and a last one a minute later."""
        at = START + timedelta(hours=hours)
        self.shop.now = at
        customer_id = None if customer is None else self.customers[customer]
        found = self.shop.conversation(role=role, customer_id=customer_id)
        end = at + timedelta(minutes=1)
        with self.shop.database.writing() as session:
            for seq, who, created_at in ((1, MessageRole.USER, at), (2, MessageRole.ASSISTANT, end)):
                answered_at = at + timedelta(seconds=answered_after) if who is MessageRole.USER else None
                session.add(
                    Message(
                        conversation_id=found,
                        seq=seq,
                        turn=1,
                        role=who,
                        text="…",
                        created_at=created_at,
                        answered_at=answered_at,
                    )
                )
            session.execute(
                update(Conversation).where(Conversation.id == found).values(last_seq=2, updated_at=end)
            )
        return found

    def hand_over(
        self,
        conversation: str,
        state: HandoffState = HandoffState.WAITING,
        *,
        waited: float | None = None,
        handled: float | None = None,
        rating: int | None = None,
    ) -> None:
        """Taken and answered after so many minutes, and closed after more."""
        opened_at = START + timedelta(hours=1)
        answered_at = None if waited is None else opened_at + timedelta(minutes=waited)
        closed_at = (
            None if answered_at is None or handled is None else answered_at + timedelta(minutes=handled)
        )
        with self.shop.database.writing() as session:
            session.add(
                Handoff(
                    id=f"h-{conversation}",
                    conversation_id=conversation,
                    reason=HandoffReason.ASKED,
                    state=state,
                    opened_at=opened_at,
                    answer_by=opened_at,
                    taken_at=answered_at,
                    answered_at=answered_at,
                    closed_at=closed_at,
                    rating=rating,
                )
            )

    def approved(self, conversation: str) -> None:
        """A change that a person had to approve."""
        confirmed_at = START + timedelta(hours=1)
        with self.shop.database.writing() as session:
            session.add(
                Proposal(
                    id=f"p-{conversation}",
                    conversation_id=conversation,
                    kind=ProposalKind.REFUND,
                    status=ProposalStatus.DECLINED,
                    policy_version="1",
                    request={},
                    plan={},
                    rules=[],
                    created_at=START,
                    expires_at=START,
                    confirmed_at=confirmed_at,
                    decided_at=confirmed_at + timedelta(hours=1),
                )
            )

    def rate(self, conversation: str, verdict: FeedbackVerdict, rater: str) -> None:
        with self.shop.database.writing() as session:
            given = MessageFeedback(
                conversation_id=conversation, seq=2, rater=rater, verdict=verdict, given_at=START
            )
            session.add(given)

    def figures(self, *names: str) -> Mapping[str, Decimal | None]:
        query = KpiQuery(metrics=names, period=MARCH)
        with self.shop.database.reading() as session:
            table = answer(session, query, Reporting.of(SHOP, START + timedelta(days=20)))
        return dict(zip(names, (one.value for one in table.figures), strict=True))


@pytest.mark.breaks_invariants  # the approval stands there without its trail
def test_resolved_without_a_person_and_still_so_after_72_hours(database: Database) -> None:
    talks = Talks(database)
    talks.talk(0, 0)
    talks.talk(50, 0)  # came back within 72 hours
    talks.talk(0, 1)
    talks.talk(80, 1)  # came back, but later than that
    talks.hand_over(talks.talk(0))
    talks.hand_over(talks.talk(0), HandoffState.WITHDRAWN)
    talks.approved(talks.talk(1))
    talks.talk(2)
    talks.talk(0, role=Role.ANALYST)
    talks.talk(300, 2)  # 72 hours have not gone by

    found = talks.figures("conversations", "handoffs", "handoff_rate", "resolution_rate")

    assert found == {
        "conversations": 9,
        "handoffs": 1,
        "handoff_rate": Decimal(2) / 9,
        "resolution_rate": Decimal(5) / 8,
    }


def test_how_fast_it_answers(database: Database) -> None:
    talks = Talks(database)
    for number in range(10):
        talks.talk(number, answered_after=0.25 * (number + 1))

    found = talks.figures("first_response_median", "first_response_p90")

    assert found == {"first_response_median": Decimal("1.25"), "first_response_p90": Decimal("2.25")}


def test_how_long_people_take_and_what_shoppers_think_of_it(database: Database) -> None:
    talks = Talks(database)
    for waited, handled, rating in ((2, 10, 5), (4, 30, 4), (6, 20, None)):
        talks.hand_over(talks.talk(0), HandoffState.CLOSED, waited=waited, handled=handled, rating=rating)
    talks.hand_over(talks.talk(0))

    found = talks.figures("wait_for_a_person", "handling_time", "support_rating")

    assert found == {"wait_for_a_person": 4, "handling_time": 20, "support_rating": Decimal("4.5")}


def test_satisfaction_is_not_known_before_anybody_rated(database: Database) -> None:
    talks = Talks(database)
    talk = talks.talk(0)
    assert talks.figures("satisfaction") == {"satisfaction": None}

    talks.rate(talk, FeedbackVerdict.GOOD, "a")
    talks.rate(talk, FeedbackVerdict.GOOD, "b")
    talks.rate(talk, FeedbackVerdict.BAD, "c")

    assert talks.figures("satisfaction") == {"satisfaction": Decimal(2) / 3}
