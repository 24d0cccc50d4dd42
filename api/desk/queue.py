"""The first page of the desk: who waits for a person, and what waits for approval."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.bootstrap import Parley
from api.chat import Services
from api.desk.access import HOME, AtDesk, Posted, SignedIn
from api.desk.page import desk_page
from api.desk.wording import REASONS, moment, span, words
from tools import crossing
from tools.cards import Refusal
from tools.commerce import staff_accounts
from tools.commerce.changes import decisions, proposals, showing
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import queue
from tools.commerce.handoffs.queue import OpenCase
from tools.commerce.schema import HandoffState, Proposal, ProposalStatus

LAST_WORDS = 160
_ID = re.compile(r"[0-9a-f-]{36}")

router = APIRouter(include_in_schema=False)


class Show(StrEnum):
    ALL = "all"
    MINE = "mine"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Row:
    id: str
    reason: str
    who: str | None
    last_words: str
    age: str
    """How long ago it was handed over."""
    due: str
    is_overdue: bool
    is_waiting: bool
    is_mine: bool
    taken_by: str | None


@dataclass(frozen=True)
class Approval:
    id: str
    kind: str
    summary: str
    why: str | None
    notice: str | None
    money: str | None
    confirmed: str


@dataclass(frozen=True)
class Board:
    rows: Sequence[Row]
    approvals: Sequence[Approval]

    def shown(self, show: Show) -> list[Row]:
        return [
            row
            for row in self.rows
            if show is Show.ALL or (row.is_mine if show is Show.MINE else row.is_overdue)
        ]


@router.get("/desk")
async def queue_page(parley: Services, at_desk: SignedIn, show: Show = Show.ALL) -> Response:
    return await _page(parley, at_desk, show, None, HTTPStatus.OK)


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
        return await _page(parley, at_desk, Show.ALL, decided.message, HTTPStatus.CONFLICT)
    if decided.status is ProposalStatus.FAILED:
        why = str((decided.outcome or {}).get("message") or "The order is not what it was.")
        problem = f"It can't be done any more, so nothing was changed. {why}"
        return await _page(parley, at_desk, Show.ALL, problem, HTTPStatus.CONFLICT)
    await run_in_threadpool(parley.settlement.settle, proposal_id)
    return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)


async def _page(parley: Parley, at_desk: AtDesk, show: Show, problem: str | None, status: int) -> Response:
    board = await crossing.read(parley.database, lambda session: _board(session, parley, at_desk))
    rows = board.shown(show)
    waiting = sum(row.is_waiting for row in board.rows)
    values: dict[str, object] = {
        "title": f"({waiting}) Queue" if waiting else "Queue",
        "signed_in_as": at_desk.account.name,
        "form_token": at_desk.form_token,
        "problem": problem,
        "show": show,
        "counts": {each: len(board.shown(each)) for each in Show},
        "groups": [
            ("Waiting", [row for row in rows if row.is_waiting]),
            ("Yours", [row for row in rows if row.is_mine]),
            ("With others", [row for row in rows if not row.is_waiting and not row.is_mine]),
        ],
        "approvals": board.approvals,
    }
    return desk_page("queue.html", parley.shop, values, status)


def _board(session: ReadSession, parley: Parley, at_desk: AtDesk) -> Board:
    now = parley.now()
    names = {account.email: account.name for account in staff_accounts.listed(session)}
    rows = [_row(case, at_desk.account.email, names, now) for case in queue.open_cases(session)]
    waiting = proposals.awaiting_approval(session)
    return Board(rows, [_approval(proposal, parley, now) for proposal in waiting])


def _row(case: OpenCase, mine: str, names: dict[str, str], now: datetime) -> Row:
    handoff = case.handoff
    is_waiting = handoff.state is HandoffState.WAITING
    is_overdue = is_waiting and (handoff.answer_by <= now or handoff.escalations > 0)
    return Row(
        id=handoff.id,
        reason=REASONS[handoff.reason],
        who=case.customer,
        last_words=_shortened(case.last_words or ""),
        age=span(now - handoff.opened_at),
        due="overdue" if is_overdue else f"due in {span(max(handoff.answer_by - now, now - now))}",
        is_overdue=is_overdue,
        is_waiting=is_waiting,
        is_mine=handoff.taken_by == mine,
        taken_by=names.get(handoff.taken_by, handoff.taken_by) if handoff.taken_by else None,
    )


def _approval(proposal: Proposal, parley: Parley, now: datetime) -> Approval:
    card = showing.card(proposal, now)
    confirmed = proposal.confirmed_at or proposal.created_at
    return Approval(
        id=proposal.id,
        kind=words(card.change).capitalize(),
        summary=card.summary,
        why=card.approval,
        notice=card.notice,
        money=", ".join(payout.amount.text for payout in card.payouts) or None,
        confirmed=moment(confirmed, now, parley.shop.zone),
    )


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LAST_WORDS else line[: LAST_WORDS - 1].rstrip() + "…"
