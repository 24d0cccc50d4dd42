"""Only what Slack has signed in the last minutes is looked at."""

import time

import pytest

from tests.api.slack.office import Office
from tests.api.slack.test_conversing import said
from tests.api.slack.workspace import ANALYST, Delivery, mention, signature

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "kind", ["wrong", "missing", "old", "from the future", "of another body", "no stamp"]
)
async def test_what_is_not_signed_by_slack_is_refused_and_does_nothing(
    staff_office: Office, kind: str
) -> None:
    asked = mention(ANALYST, "hello")
    now = int(time.time())
    old, coming = str(now - 400), str(now + 400)
    headers = {
        "wrong": {"X-Slack-Signature": "v0=" + "0" * 64},
        "missing": {"X-Slack-Signature": ""},
        "old": {"X-Slack-Request-Timestamp": old, "X-Slack-Signature": signature(asked.body, old)},
        "from the future": {
            "X-Slack-Request-Timestamp": coming,
            "X-Slack-Signature": signature(asked.body, coming),
        },
        "of another body": {"X-Slack-Signature": signature(mention(ANALYST, "no").body, str(now))},
        "no stamp": {"X-Slack-Request-Timestamp": ""},
    }[kind]

    answer = await staff_office.workspace.deliver(asked, **headers)
    await staff_office.settled()

    assert answer.status_code == 401
    assert staff_office.slack.posted == []


async def test_a_request_that_is_replayed_has_no_effect(staff_office: Office) -> None:
    asked = mention(ANALYST, "hello")

    answers = await staff_office.hears(asked, asked)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert said(staff_office) == ["hello"]


async def test_slack_may_ask_whether_the_address_is_ours(staff_office: Office) -> None:
    challenge = Delivery(
        b'{"type": "url_verification", "challenge": "abc", "token": "x"}', "application/json"
    )

    (answer,) = await staff_office.hears(challenge)

    assert answer.json() == {"challenge": "abc"}


async def test_without_a_signing_secret_there_is_no_such_address(socket_office: Office) -> None:
    answer = await socket_office.workspace.deliver(mention(ANALYST, "hello"))

    assert answer.status_code == 404
