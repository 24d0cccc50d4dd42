"""The assistant itself: how much it is asked, how fast it answers, and how often a person is not needed."""

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from tools.commerce.metrics import talks
from tools.commerce.metrics.metric import Better, Measure, Metric, Quantile, Ratio, Total, Unit, rows
from tools.commerce.metrics.sql import days_before, milliseconds_between, seconds_between
from tools.commerce.schema import (
    Conversation,
    FeedbackVerdict,
    Handoff,
    HandoffState,
    Message,
    MessageFeedback,
    MessageRole,
    Proposal,
    ProposalStatus,
    Role,
)

_BEGAN = "by the day the conversation began"
DAYS_TO_SHOW = 3
"""So long it takes to show whether something was settled: 72 hours."""
SECOND, MINUTE = 1000, 60

_with_shopper = and_(Conversation.role == Role.SHOPPER, Conversation.last_seq > 0)
_decided_by_a_person = or_(
    Proposal.status == ProposalStatus.NEEDS_APPROVAL, Proposal.decided_at > Proposal.confirmed_at
)
_was_kept_up = Handoff.state != HandoffState.WITHDRAWN
_needed_a_person = or_(
    exists().where(Handoff.conversation_id == Conversation.id, _was_kept_up).correlate(Conversation),
    exists()
    .where(
        Proposal.conversation_id == Conversation.id, Proposal.confirmed_at.is_not(None), _decided_by_a_person
    )
    .correlate(Conversation),
)
_next = aliased(Conversation, name="next_conversation")
_came_back = (
    exists()
    .where(
        _next.customer_id == Conversation.customer_id,
        _next.last_seq > 0,
        _next.created_at > Conversation.created_at,
        days_before(_next.created_at, DAYS_TO_SHOW) <= Conversation.updated_at,
    )
    .correlate(Conversation)
)
_newest = aliased(Conversation, name="newest_conversation")
_newest_at = select(func.max(_newest.updated_at)).scalar_subquery()
_has_shown = and_(_with_shopper, Conversation.updated_at <= days_before(_newest_at, DAYS_TO_SHOW))
_is_first_question = and_(
    _with_shopper, Message.seq == 1, Message.role == MessageRole.USER, Message.answered_at.is_not(None)
)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="conversations",
        title="Conversations",
        definition="Conversations in which a shopper wrote to the assistant.",
        time_basis=_BEGAN,
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=Total(rows(talks.CONVERSATIONS, _with_shopper)),
        synonyms=("chats", "bot conversations", "number of chats"),
    ),
    Metric(
        name="resolution_rate",
        title="Resolved without a person",
        definition="Conversations that needed no person and after which the same customer did not come back within 72 "
        "hours, divided by all that ended at least 72 hours ago. Whether somebody came back is not known "
        "of those who did not sign in.",
        time_basis=_BEGAN,
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            rows(talks.CONVERSATIONS, and_(_has_shown, ~_needed_a_person, ~_came_back)),
            rows(talks.CONVERSATIONS, _has_shown),
        ),
        synonyms=(
            "resolution rate",
            "automation rate",
            "containment",
            "deflection rate",
            "resolved by the bot",
        ),
    ),
    Metric(
        name="handoffs",
        title="Handoffs",
        definition="Times that a conversation was handed over to a person, but for those that the shopper took back "
        "before anybody came.",
        time_basis="by the day it was handed over",
        unit=Unit.COUNT,
        better=Better.DOWN,
        formula=Total(rows(talks.HANDOFFS, _was_kept_up)),
        synonyms=("escalations", "handovers", "handed over conversations"),
    ),
    Metric(
        name="handoff_rate",
        title="Handoff rate",
        definition="Conversations that were handed over to a person, or in which one had to approve a change, divided "
        "by all.",
        time_basis=_BEGAN,
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(
            rows(talks.CONVERSATIONS, and_(_with_shopper, _needed_a_person)),
            rows(talks.CONVERSATIONS, _with_shopper),
        ),
        synonyms=("escalation rate", "share of handoffs"),
    ),
    *(
        Metric(
            name=f"first_response_{name}",
            title=f"First response ({said})",
            definition=f"Seconds from the first message of a shopper to the end of its answer: {meaning}.",
            time_basis="by the day the message was sent",
            unit=Unit.SECONDS,
            better=Better.DOWN,
            formula=Quantile(
                talks.QUESTIONS,
                milliseconds_between(Message.created_at, Message.answered_at),
                _is_first_question,
                percent,
            ),
            synonyms=synonyms,
            scale=SECOND,
        )
        for name, said, meaning, percent, synonyms in (
            ("median", "median", "half of them took no longer", 50, ("first response time", "response time")),
            ("p90", "90th percentile", "nine in ten took no longer", 90, ("slow responses",)),
        )
    ),
    Metric(
        name="handling_time",
        title="Handling time (median)",
        definition="Minutes from when a person took a conversation over until they closed it: half took no longer.",
        time_basis="by the day it was handed over",
        unit=Unit.MINUTES,
        better=Better.DOWN,
        formula=Quantile(
            talks.HANDOFFS,
            seconds_between(Handoff.taken_at, Handoff.closed_at),
            and_(Handoff.taken_at.is_not(None), Handoff.closed_at.is_not(None)),
            50,
        ),
        synonyms=("handle time", "average handling time", "aht", "time to resolve"),
        scale=MINUTE,
    ),
    Metric(
        name="wait_for_a_person",
        title="Wait for a person (median)",
        definition="Minutes from a handoff to the first answer of a person: half of them took no longer.",
        time_basis="by the day it was handed over",
        unit=Unit.MINUTES,
        better=Better.DOWN,
        formula=Quantile(
            talks.HANDOFFS,
            seconds_between(Handoff.opened_at, Handoff.answered_at),
            Handoff.answered_at.is_not(None),
            50,
        ),
        synonyms=("waiting time", "time to first human reply", "agent response time", "queue time"),
        scale=MINUTE,
    ),
    Metric(
        name="satisfaction",
        title="Satisfaction",
        definition="Answers that were rated good, divided by all that were rated.",
        time_basis="by the day of the rating",
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            rows(talks.RATINGS, MessageFeedback.verdict == FeedbackVerdict.GOOD), rows(talks.RATINGS)
        ),
        synonyms=("csat", "customer satisfaction", "thumbs up rate"),
    ),
    Metric(
        name="support_rating",
        title="Rating of people's help",
        definition="Average of the points that shoppers gave to a person who took over, 1 to 5.",
        time_basis="by the day it was handed over",
        unit=Unit.SCORE,
        better=Better.UP,
        formula=Ratio(
            Measure(talks.HANDOFFS, Handoff.rating.expression),
            rows(talks.HANDOFFS, Handoff.rating.is_not(None)),
        ),
        synonyms=("agent rating", "support score", "rating of support"),
    ),
)
