"""The first page of the desk: the cases, by what is due, and what waits for approval."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.chat import Services
from api.desk.access import HOME, AtDesk, Posted, SignedIn
from api.desk.approvals import Approval, RefusedInShort, approvals, refused
from api.desk.page import desk_page
from api.desk.wording import DISPUTES, REASONS, STATES, deadline, moment, span
from api.parley import Parley
from tools import crossing
from tools.cards import Refusal
from tools.commerce import staff_accounts
from tools.commerce.changes import decisions
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes.listing import is_unanswered
from tools.commerce.handoffs import routing
from tools.commerce.handoffs.queue import QueuedCase, Show, Sought, count_cases, find_cases
from tools.commerce.money import format_money
from tools.commerce.schema import (
    Dispute,
    DisputeKind,
    Handoff,
    HandoffReason,
    HandoffState,
    Proposal,
    ProposalStatus,
)
from tools.commerce.transcript import storable_text

LAST_WORDS = 160
PHOTO_ALONE = "Sent a photo"
PER_PAGE = 50
MOST_PAGES = 10_000
SHOWN: Mapping[Show, str] = {
    Show.ALL: "Open",
    Show.WAITING: "Waiting",
    Show.MINE: "Mine",
    Show.OVERDUE: "Overdue",
    Show.DISPUTES: "Disputes",
    Show.CLOSED: "Closed",
}
_ID = re.compile(r"[0-9a-f-]{36}")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class View:
    """What the address of the page asks for."""

    show: Show = Show.ALL
    reason: HandoffReason | None = None
    q: str = ""
    page: int = 1
    kind: DisputeKind | None = None

    @property
    def is_whole(self) -> bool:
        """Nothing is left out of what is open."""
        return self == View()

    @property
    def address(self) -> str:
        fields = {"show": self.show, "reason": self.reason, "kind": self.kind, "q": self.q, "page": self.page}
        asked = {name: value for name, value in fields.items() if value and value not in (Show.ALL, 1)}
        return f"{HOME}?{urlencode(asked)}" if asked else HOME


def view_of(
    show: Show = Show.ALL,
    reason: HandoffReason | Literal[""] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    kind: DisputeKind | Literal[""] = "",
) -> View:
    return View(show, reason or None, storable_text(q).strip(), page, kind or None)


@dataclass(frozen=True)
class Row:
    id: str
    reason: str
    who: str | None
    last_words: str
    times: tuple[str, ...]
    """How it stands, and since when."""
    is_overdue: bool
    is_waiting: bool
    disputes: tuple[tuple[str, bool], ...]
    """What each is about and by when it is to be answered; whether that has passed."""
    asks_for: str | None
    """Whom it is for, where that is not everybody."""


@dataclass(frozen=True)
class Board:
    groups: Sequence[tuple[str, Sequence[Row]]]
    counts: Mapping[Show, int]
    waiting: int
    """However the page is filtered."""
    approvals: Sequence[Approval]
    refused: Sequence[RefusedInShort]


@router.get("/desk")
async def queue_page(
    parley: Services, at_desk: SignedIn, view: Annotated[View, Depends(view_of)]
) -> Response:
    return await draw_queue(parley, at_desk, view, None, HTTPStatus.OK)


@router.post("/desk/proposals/{proposal_id}")
async def decide(
    parley: Services,
    at_desk: Posted,
    proposal_id: str,
    decision: Annotated[Decision, Form()],
) -> Response:
    """An agent's yes or no to what a shopper has confirmed: what `parley approvals` does, with the same trail."""

    def work(session: WriteSession) -> Proposal | Refusal:
        return decisions.approve(session, proposal_id, at_desk.principal, decision, parley.rulebook())

    decided = (
        await crossing.write(parley.database, work)
        if _ID.fullmatch(proposal_id)
        else decisions.NOTHING_TO_APPROVE
    )
    if isinstance(decided, Refusal):
        return await draw_queue(parley, at_desk, View(), decided.message, HTTPStatus.CONFLICT)
    if decided.status is ProposalStatus.FAILED:
        why = str((decided.outcome or {}).get("message") or "The order is not what it was.")
        problem = f"It can't be done any more, so nothing was changed. {why}"
        return await draw_queue(parley, at_desk, View(), problem, HTTPStatus.CONFLICT)
    await run_in_threadpool(parley.settlement.settle, proposal_id)
    return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)


async def draw_queue(
    parley: Parley, at_desk: AtDesk, view: View, problem: str | None, status: int
) -> Response:
    board = await crossing.read(parley.database, lambda session: _board(session, parley, at_desk, view))
    total, first = board.counts[view.show], (view.page - 1) * PER_PAGE
    values: dict[str, object] = {
        "title": f"({board.waiting}) Queue" if board.waiting else "Queue",
        **at_desk.frame,
        "area": HOME,
        "problem": problem,
        "view": view,
        "filters": [
            (show, label, replace(view, show=show, page=1).address, board.counts[show])
            for show, label in SHOWN.items()
        ],
        "reasons": list(REASONS.items()),
        "kinds": list(DISPUTES.items()),
        "groups": board.groups,
        "approvals": board.approvals,
        "refused": board.refused,
        "total": total,
        "range": (first + 1, min(first + PER_PAGE, total)),
        "before": replace(view, page=view.page - 1).address if view.page > 1 else None,
        "after": replace(view, page=view.page + 1).address if first + PER_PAGE < total else None,
    }
    return desk_page("queue.html", parley.shop, values, status)


def _board(session: ReadSession, parley: Parley, at_desk: AtDesk, view: View) -> Board:
    now, mine = parley.now(), at_desk.account.email
    names = {account.email: account.name for account in staff_accounts.listed(session)}
    sought = Sought(mine, view.reason, view.q, view.kind)
    first = (view.page - 1) * PER_PAGE
    fits = routing.fits(at_desk.account, parley.shop.language, now)
    found = find_cases(session, view.show, sought, now, fits=fits, limit=PER_PAGE, offset=first)
    counts = count_cases(session, sought, now)
    of_all = counts if sought == Sought(mine) else count_cases(session, Sought(mine), now)
    return Board(
        groups=_groups(found, view.show, mine, names, parley),
        counts=counts,
        waiting=of_all[Show.WAITING],
        approvals=approvals(session, parley, at_desk.principal, names) if view.is_whole else [],
        refused=refused(session, parley) if view.is_whole else [],
    )


def _groups(
    found: Sequence[QueuedCase], show: Show, mine: str, names: Mapping[str, str], parley: Parley
) -> list[tuple[str, list[Row]]]:
    """Under their headings, in the order in which they were found."""
    groups: dict[str, list[Row]] = {}
    for case in found:
        match case.handoff.state:
            case _ if show is Show.DISPUTES:
                heading = "By deadline"
            case HandoffState.WAITING:
                heading = "Waiting"
            case HandoffState.TAKEN:
                heading = "Yours" if case.handoff.taken_by == mine else "With others"
            case _:
                heading = "Closed"
        groups.setdefault(heading, []).append(_row(case, mine, names, parley))
    return list(groups.items())


def _row(case: QueuedCase, mine: str, names: Mapping[str, str], parley: Parley) -> Row:
    handoff, now = case.handoff, parley.now()
    is_waiting = handoff.state is HandoffState.WAITING
    is_overdue = is_waiting and (handoff.answer_by <= now or handoff.escalations > 0)
    return Row(
        id=handoff.id,
        reason=REASONS[handoff.reason],
        who=case.customer,
        last_words=PHOTO_ALONE if case.last_words == "" else _shortened(case.last_words or ""),
        times=_times(handoff, is_overdue, mine, names, parley),
        is_overdue=is_overdue,
        is_waiting=is_waiting,
        disputes=tuple(
            (_about(one, now, parley), is_unanswered(one) and one.respond_by <= now) for one in case.disputes
        ),
        asks_for=routing.asks_for(handoff, parley.shop.language, names),
    )


def _about(dispute: Dispute, now: datetime, parley: Parley) -> str:
    amount = None
    if dispute.amount_minor is not None and dispute.currency is not None:
        amount = format_money(dispute.amount_minor, dispute.currency)
    at = deadline(dispute.respond_by, now, parley.shop.zone)
    by = f"overdue since {at}" if dispute.respond_by <= now else f"answer by {at}"
    if not is_unanswered(dispute):
        by = "the bank is to rule"
    return ", ".join(filter(None, (DISPUTES[dispute.kind], amount, by)))


def _times(
    handoff: Handoff, is_overdue: bool, mine: str, names: Mapping[str, str], parley: Parley
) -> tuple[str, ...]:
    now = parley.now()
    who = names.get(handoff.taken_by, handoff.taken_by) if handoff.taken_by else None
    match handoff.state:
        case HandoffState.WAITING:
            due = "overdue" if is_overdue else f"due in {span(handoff.answer_by - now)}"
            return due, f"waits {span(now - handoff.opened_at)}"
        case HandoffState.TAKEN:
            has = "You have it" if handoff.taken_by == mine else f"{who} has it"
            return has, f"opened {span(now - handoff.opened_at)} ago"
        case _:
            ended = f"{STATES[handoff.state]} by {who}" if who else STATES[handoff.state]
            at = moment(handoff.closed_at, now, parley.shop.zone) if handoff.closed_at else ""
            rated = f"rated {handoff.rating} of 5" if handoff.rating else ""
            return tuple(filter(None, (ended, at, rated)))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LAST_WORDS else line[: LAST_WORDS - 1].rstrip() + "…"
