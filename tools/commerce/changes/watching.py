"""Being told without asking again: an alert on a figure, a digest, and the end of either. Staff ask for it, and
nothing of a shopper's changes."""

import logging

from sqlalchemy import update

from knowledge.shop_profile import Weekday
from tools.cards import Refusal
from tools.commerce.changes.effects import WatchEffect, WatchStopEffect
from tools.commerce.changes.plan import Applied, Applying, CannotApply, Change, Outcome, Plan, Planning
from tools.commerce.changes.requests import WatchRequest, WatchStopRequest
from tools.commerce.metrics.calendar import Calendar
from tools.commerce.metrics.query import QueryError, checked
from tools.commerce.schema import ProposalKind, Watch, WatchKind, WatchState
from tools.commerce.watches.terms import AlertTerms, Direction, Terms
from tools.commerce.watches.watches import active, of_owner, terms_of

MOST_WATCHES = 30
"""That one person can have at a time."""

log = logging.getLogger(__name__)


def plan_watch(planning: Planning, request: WatchRequest) -> Outcome:
    owner = _owner(planning)
    if isinstance(owner, Refusal):
        return owner
    terms = request.terms
    if refused := _senseless(planning, terms):
        return refused
    mine = of_owner(planning.session, owner)
    if any(terms_of(one) == terms for one in mine):
        return Refusal(code="watched_already", message="I am doing exactly that for you already.")
    if len(mine) >= MOST_WATCHES:
        return Refusal(
            code="too_many_watches", message=f"You have {MOST_WATCHES} of these already: stop one first."
        )
    said = terms.said(planning.currency)
    if isinstance(terms, AlertTerms):
        summary = f"Tell you here when {said}; I look {terms.schedule.said}."
    else:
        summary = f"Send you here {terms.schedule.said}: {said}."
    return Plan(
        kind=ProposalKind(request.kind),
        currency=planning.currency,
        summary=summary,
        next_steps=("To stop it, just say so.",),
        effect=WatchEffect(owner=owner, terms=terms),
    )


def apply_watch(applying: Applying, effect: WatchEffect) -> Applied:
    terms, when = effect.terms, applying.when
    is_alert = isinstance(terms, AlertTerms)
    applying.session.add(
        Watch(
            proposal_id=applying.proposal.id,
            conversation_id=applying.proposal.conversation_id,
            owner=effect.owner,
            kind=WatchKind.ALERT if is_alert else WatchKind.DIGEST,
            state=WatchState.ACTIVE,
            terms=terms.model_dump(mode="json"),
            created_at=when.now,
            # What is watched is looked at right away: it may have passed already.
            next_due_at=when.now if is_alert else terms.schedule.next_after(when.now, when.zone),
        )
    )
    said = terms.said(applying.plan.currency)
    done = f"I'll tell you here when {said}." if is_alert else f"I'll send you {said} {terms.schedule.said}."
    return Applied(done=(done,), facts=(("watches", terms.kind),))


def plan_stop(planning: Planning, request: WatchStopRequest) -> Outcome:
    owner = _owner(planning)
    if isinstance(owner, Refusal):
        return owner
    watch = next((one for one in of_owner(planning.session, owner) if one.id == request.number), None)
    if watch is None:
        return Refusal(
            code="watch_not_found", message="You have nothing of that number that could be stopped."
        )
    said = terms_of(watch).said(planning.currency)
    told = f"telling you when {said}" if watch.kind is WatchKind.ALERT else f"sending you {said}"
    return Plan(
        kind=ProposalKind.WATCH_STOP,
        currency=planning.currency,
        summary=f"Stop {told}.",
        effect=WatchStopEffect(watch_id=watch.id),
    )


def apply_stop(applying: Applying, effect: WatchStopEffect) -> Applied:
    stopped = applying.session.scalar(
        update(Watch)
        .where(Watch.id == effect.watch_id, active())
        .values(state=WatchState.STOPPED, stopped_at=applying.when.now)
        .returning(Watch.id)
    )
    if stopped is None:
        raise CannotApply("stopped_before", "It has been stopped already.")
    return Applied(done=("I have stopped that.",), facts=(("stops", str(stopped)),))


WATCH: Change[WatchRequest, WatchEffect] = Change(plan=plan_watch, apply=apply_watch)
STOP: Change[WatchStopRequest, WatchStopEffect] = Change(plan=plan_stop, apply=apply_stop)


def _owner(planning: Planning) -> str | Refusal:
    """The e-mail of whoever asks: alerts and digests hold figures, and are for somebody."""
    principal = planning.principal
    if not principal.sees_figures:
        log.warning("denied: role=%s would watch figures", principal.role)
        return Refusal(code="not_for_role", message="The shop's figures are for its analysts and managers.")
    if principal.staff_email is None:
        return Refusal(
            code="nobody_to_tell", message="I can only do that for somebody whose staff e-mail I know."
        )
    return principal.staff_email


def _senseless(planning: Planning, terms: Terms) -> Refusal | None:
    """Why it cannot be told, if so: the question is checked as if it were asked now."""
    # When weeks and years begin has no part in whether it makes sense.
    calendar = Calendar(planning.when.zone, Weekday.MONDAY, fiscal_year_starts=1)
    try:
        metrics = checked(terms.query(planning.when.today, calendar))
    except QueryError as error:
        return Refusal(code=error.code, message=str(error))
    if not isinstance(terms, AlertTerms):
        return None
    (metric,) = metrics
    if metric.has_history is (terms.window is None):
        return Refusal(code="period_needed", message=f"{metric.title}: which days are to be watched?")
    is_early = terms.window is not None and terms.window.is_under_way and metric.is_amount
    if is_early and terms.direction is Direction.BELOW:
        return Refusal(
            code="too_early_to_tell",
            message=f"{metric.title} is low while the period has just begun. I can watch whole days instead.",
        )
    return None
