"""The shop's rules as they once were, to judge a purchase by those of its day."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from knowledge.shop_files import parse_yaml
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes.evidence import HowKnown
from tools.commerce.policy import Policy
from tools.commerce.schema import PolicyVersion


def keep_policy(database: Database, policy: Policy, shop_dir: Path, now: datetime) -> None:
    """At a server's start: what a purchase is judged by later are the rules that the shop had then."""
    with database.reading() as session:
        if session.get(PolicyVersion, policy.fingerprint) is not None:
            return
    text = (shop_dir / "policy.yaml").read_text(encoding="utf-8")
    with database.writing() as session:
        remember(session, policy, text, now)


def remember(session: WriteSession, policy: Policy, text: str, now: datetime) -> None:
    """Keep `text`, the file that `policy` was read from, unless its rules are known: once, whoever starts first."""
    if session.get(PolicyVersion, policy.fingerprint) is not None:
        return
    try:
        with session.begin_nested():
            session.add(
                PolicyVersion(
                    fingerprint=policy.fingerprint, version=policy.version, text=text, first_seen_at=now
                )
            )
    except IntegrityError:
        return  # another process was first


def in_force(session: ReadSession, at: datetime, when: LocalTime) -> tuple[PolicyVersion, HowKnown] | None:
    """The rules of that moment: the newest that were in use then, else the first that say that they held on that day.

    None where nobody kept them: before the first start of a server that keeps them, and the rules say a later day.
    """
    holds = PolicyVersion.version <= when.day(at)
    seen = select(PolicyVersion).where(holds, PolicyVersion.first_seen_at <= at)
    newest = seen.order_by(PolicyVersion.first_seen_at.desc(), PolicyVersion.fingerprint)
    if (found := session.scalars(newest.limit(1)).one_or_none()) is not None:
        return found, HowKnown.IN_FORCE
    later = select(PolicyVersion).where(holds, PolicyVersion.first_seen_at > at)
    first = later.order_by(PolicyVersion.first_seen_at, PolicyVersion.fingerprint)
    found = session.scalars(first.limit(1)).one_or_none()
    return (found, HowKnown.BY_ITS_DATE) if found else None


def values_of(version: PolicyVersion) -> Mapping[str, Any]:
    """The rules as they were written, whatever rules there are today."""
    return parse_yaml(version.text, Path("policy.yaml")).values


def rule_in(values: Mapping[str, Any], path: str) -> str | None:
    """A rule as it is written in the file: `30`, `"40.00"` as `40.00`, a list with commas; None where it has none."""
    found: Any = values
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return _written(found)


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_written(inner)}" for name, inner in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(_written(inner) for inner in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
