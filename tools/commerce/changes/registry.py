"""Which kinds of change there are: the one list to read first."""

from collections.abc import Mapping
from typing import Any

from tools.commerce.changes import (
    address_change,
    cancellation,
    dispute_outcome,
    exchange,
    item_change,
    payment_change,
    profile_change,
    refund,
    returning,
    watching,
)
from tools.commerce.changes.plan import Change
from tools.commerce.schema import ProposalKind

# Each change is typed in its module; a mapping of all of them cannot say which request belongs to which.
CHANGES: Mapping[ProposalKind, Change[Any, Any]] = {
    ProposalKind.CANCELLATION: cancellation.CHANGE,
    ProposalKind.ADDRESS_CHANGE: address_change.CHANGE,
    ProposalKind.ITEM_CHANGE: item_change.CHANGE,
    ProposalKind.PAYMENT_CHANGE: payment_change.CHANGE,
    ProposalKind.RETURN: returning.CHANGE,
    ProposalKind.EXCHANGE: exchange.CHANGE,
    ProposalKind.REFUND: refund.CHANGE,
    ProposalKind.PROFILE_CHANGE: profile_change.CHANGE,
    ProposalKind.WATCH: watching.WATCH,
    ProposalKind.DIGEST: watching.WATCH,
    ProposalKind.WATCH_STOP: watching.STOP,
    ProposalKind.DISPUTE_OUTCOME: dispute_outcome.CHANGE,
}
