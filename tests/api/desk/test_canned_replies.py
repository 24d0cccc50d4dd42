"""Canned replies at the desk: picked, filled from the case, edited, and never sent half-filled."""

from html import unescape

from tests.api.conftest import Conversation
from tests.api.desk.conftest import KIM, SignInAs, case_of, texts


def answer_field(page: str) -> str:
    return unescape(page.partition('aria-describedby="hint">')[2].partition("</textarea>")[0])


def test_one_is_inserted_after_what_was_typed_and_sent_only_when_every_field_is_filled(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    kim.post(f"{case}/take")
    assert "<option>Looking into it</option>" in kim.get(case).text

    inserted = answer_field(kim.post(f"{case}/replies", text="Hello!", reply="Looking into it").text)
    assert inserted.startswith("Hello!\n\nHi {name}, I'm Kim.")
    refused = kim.post(f"{case}/messages", text=inserted)
    assert (refused.status_code, answer_field(refused.text)) == (422, inserted)
    assert "Fill in {name}, {order} first" in texts(refused.text)

    assert kim.post(f"{case}/messages", text="Hi Ada, I'm Kim.").status_code == 303
    assert answer_field(kim.post(f"{case}/replies", text="As it was", reply="nothing").text) == "As it was"
