"""The queue: who waits, who is late, and what waits for approval."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.bootstrap import build
from api.desk import queue
from api.desk.access import COOKIE
from api.parley import Parley
from tests.api.conftest import MakeSettings
from tests.api.desk.conftest import KIM, LEE, SESSIONS, add_staff, texts
from tests.tools.builders import line
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tools.commerce.database import Database
from tools.commerce.handoffs import lifecycle
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    Handoff,
    HandoffReason,
    Proposal,
    ProposalStatus,
    Return,
    ReturnReason,
)

NOW = datetime.now(UTC)


@dataclass
class Office:
    """An application over a shop whose clock stands still, and Kim's browser."""

    parley: Parley
    web: TestClient
    shop: PaidShop

    def page(self, show: str = "all") -> str:
        return self.web.get(f"/desk?show={show}").text

    def rows(self, show: str = "all") -> str:
        """What the queue itself says."""
        return texts(self.page(show).partition('id="queue"')[2])

    def handed_over(
        self, reason: HandoffReason, minutes: int, by: str | None = None, customer_id: int | None = None
    ) -> str:
        conversation = self.shop.conversation(customer_id=customer_id)
        with self.parley.database.writing() as session:
            due = NOW + timedelta(minutes=minutes)
            opened = NOW - timedelta(minutes=20)
            made = lifecycle.hand_over(session, conversation, reason, "model", opened, due)
            if by:
                lifecycle.take(session, made.id, by, NOW)
            return made.id

    def decide(self, proposal_id: str, decision: str) -> int:
        session = SESSIONS.read(self.web.cookies[COOKIE])
        assert session is not None
        fields = {"form_token": SESSIONS.form_token(session), "decision": decision}
        own = {"Sec-Fetch-Site": "same-origin"}
        return self.web.post(f"/desk/proposals/{proposal_id}", data=fields, headers=own).status_code


@pytest.fixture
def office(make_settings: MakeSettings, sqlite_url: str) -> Iterator[Office]:
    parley = build(make_settings(database_url=sqlite_url), now=lambda: NOW)
    add_staff(parley.database)
    web = TestClient(create_app(parley), follow_redirects=False)
    web.cookies.set(COOKIE, SESSIONS.begin(KIM, datetime.now(UTC)))
    yield Office(parley, web, PaidShop(parley.database, now=NOW))
    web.close()
    parley.database.close()


def test_an_empty_queue_says_so(office: Office) -> None:
    assert "Nobody is waiting." in office.page()
    assert "You have no conversation." in office.page("mine")
    assert "Nothing is overdue." in office.page("overdue")
    assert office.web.get("/desk?show=everything").status_code == 422


def test_what_waits_is_there_by_urgency_then_mine_then_others(office: Office) -> None:
    office.handed_over(HandoffReason.COMPLAINT, 10)
    office.handed_over(HandoffReason.INJURY, -5)
    office.handed_over(HandoffReason.FRAUD, 1, by=KIM)
    office.handed_over(HandoffReason.PRIVACY, 1, by=LEE)

    page = office.rows()
    told = ("Injury", "Complaint", "due in 10 min", "Fraud", "You have it", "Privacy request", "Lee has it")
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "(2) Queue" in office.page()
    assert [office.rows("overdue").count(words) for words in ("Injury", "Complaint")] == [1, 0]
    assert [office.rows("mine").count(words) for words in ("Fraud", "Privacy request")] == [1, 0]


def test_what_is_closed_reasons_search_and_pages_are_in_the_address(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = office.handed_over(HandoffReason.COMPLAINT, 10, by=KIM, customer_id=office.shop.ada)
    with office.parley.database.writing() as session:
        lifecycle.close(session, closed, KIM, NOW)
        lifecycle.rate(session, session.get_one(Handoff, closed).conversation_id, 4, NOW)
    for minutes in (1, 2, 3):
        office.handed_over(HandoffReason.INJURY, minutes)
    monkeypatch.setattr(queue, "PER_PAGE", 2)

    assert "Closed by Kim" in texts(office.page("closed"))
    assert "rated 4 of 5" in texts(office.page("closed&q=ada&reason=complaint"))
    assert "Nothing is found." in office.page("all&q=ada")
    assert "Closed 1" in texts(office.page("all&q=ada"))
    first, second = office.page("all&reason=injury"), office.page("all&reason=injury&page=2")
    assert ("1 to 2 of 3" in texts(first), "3 to 3 of 3" in texts(second)) == (True, True)
    assert 'href="/desk?reason=injury&amp;page=2" rel="next"' in first
    assert 'href="/desk?reason=injury" rel="prev"' in second
    assert "due in 3 min" in texts(second)


def test_what_is_searched_for_is_text_wherever_it_is_shown(office: Office) -> None:
    page = office.page("all&q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%00%25_'")
    assert '<script type="module"' in page
    assert "<script>" not in page
    assert [
        office.web.get(f"/desk?{wrong}").status_code for wrong in ("page=0", "reason=x", "q=" + "w" * 201)
    ] == [422] * 3


@pytest.fixture
def waiting(office: Office) -> str:
    """The id of a confirmed proposal that an agent must approve: something came damaged."""
    office.shop.delivered()
    proposal_id: str = office.shop.proposed(wish((2, 1), reason=ReturnReason.DAMAGED)).id
    assert office.shop.decide(proposal_id).status is ProposalStatus.NEEDS_APPROVAL
    return proposal_id


def decided_by(database: Database, proposal_id: str) -> list[tuple[AuditEvent, str]]:
    with database.reading() as session:
        rows = session.query(AuditRow).filter_by(proposal_id=proposal_id).order_by(AuditRow.number)
        return [(row.event, row.actor) for row in rows][2:]


def test_what_is_approved_is_carried_out_once_and_the_trail_says_by_whom(
    office: Office, waiting: str
) -> None:
    assert "Return 1 x Lamp of order A-1" in texts(office.page())

    assert [office.decide(waiting, "confirm") for _ in range(2)] == [303, 409]
    assert [one.status for one in office.shop.all(Return)] == ["approved"]
    events = decided_by(office.parley.database, waiting)
    assert (AuditEvent.APPROVED, f"agent:{KIM}") in events
    assert "To approve" not in office.page()


def test_what_waits_for_approval_links_to_the_case_of_its_conversation(office: Office, waiting: str) -> None:
    assert "/desk/cases/" not in office.page()
    with office.parley.database.writing() as session:
        talk = session.get_one(Proposal, waiting).conversation_id
        made = lifecycle.hand_over(session, talk, HandoffReason.ASKED, "shopper", NOW, NOW)
        lifecycle.take(session, made.id, LEE, NOW)
    assert f'<a id="case-of-{waiting}" href="/desk/cases/{made.id}">' in office.page()
    assert "To approve" not in office.page("mine")


def test_what_is_declined_is_left(office: Office, waiting: str) -> None:
    assert office.decide(waiting, "decline") == 303
    assert office.shop.all(Return) == []
    assert decided_by(office.parley.database, waiting) == [(AuditEvent.REJECTED, f"agent:{KIM}")]


def test_what_is_not_there_to_approve_is_said(office: Office) -> None:
    assert [office.decide(name, "confirm") for name in ("0" * 36, "x")] == [409, 409]
    assert office.decide("0" * 36, "perhaps") == 422


def test_names_of_people_and_goods_are_text_too(office: Office) -> None:
    payload = "<img src=x onerror=alert(1)>"
    customer = office.shop.customer("eve@shop.example", name=payload)
    office.shop.order("E-1", customer_id=customer, items=[line(payload)], placed_at=NOW)
    handed_over = office.handed_over(HandoffReason.ASKED, 10, customer_id=customer)

    for page in (office.page(), office.web.get(f"/desk/cases/{handed_over}").text):
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img" not in page
