"""The evidence of a dispute as a PDF: a download, for those at the desk alone."""

from datetime import UTC, datetime

import pytest

from tests.api.conftest import Conversation
from tests.api.desk.conftest import ANN, KIM, MAX, SignInAs
from tests.api.desk.test_photos_of_a_case import send_photo
from tools.commerce.disputes.claims import Opened, open_dispute
from tools.commerce.disputes.stakes import Claim
from tools.commerce.schema import DisputeKind
from tools.principal import ANONYMOUS


@pytest.fixture
def address(talk: Conversation) -> str:
    parley = talk.served.parley
    send_photo(talk)
    with parley.database.writing() as session:
        claim = Claim(DisputeKind.UNKNOWN_CHARGE, "I never bought anything.", None)
        opened = open_dispute(
            session, talk.id, claim, ANONYMOUS, parley.rulebook(), parley.shop.people, datetime.now(UTC)
        )
        assert isinstance(opened, Opened)
        return f"/desk/disputes/{opened.dispute.id}/evidence.pdf"


def test_agents_and_managers_download_it(address: str, sign_in_as: SignInAs) -> None:
    for email in (KIM, MAX):
        answer = sign_in_as(email).get(address)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["cache-control"] == "no-store"


def test_nobody_else_does(address: str, talk: Conversation, sign_in_as: SignInAs) -> None:
    with talk.served.client() as nobody:
        assert nobody.get(address, headers=talk.headers).status_code == 303
    assert sign_in_as(ANN).get(address).status_code == 403
    assert sign_in_as(KIM).get(f"/desk/disputes/{talk.id}/evidence.pdf").status_code == 404
