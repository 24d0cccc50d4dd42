"""Photos at the desk: on the page, and to those alone who may see the case."""

from tests.api.conftest import Conversation
from tests.api.desk.conftest import ANN, KIM, SignInAs, case_of
from tests.pictures import picture


def send_photo(talk: Conversation) -> str:
    with talk.client() as client:
        photo: str = client.post(f"{talk.path}/photos", content=picture()).json()["id"]
        sent = client.post(f"{talk.path}/messages", json={"text": "", "photos": [photo]})
        assert sent.status_code == 200, sent.text
    return photo


def test_a_photo_is_on_the_page_and_in_the_queue(talk: Conversation, sign_in_as: SignInAs) -> None:
    photo = send_photo(talk)
    kim = sign_in_as(KIM)
    address = f"{case_of(talk)}/photos/{photo}"

    page = kim.get(case_of(talk)).text
    fetched = kim.get(address)

    assert f'<img src="{address}" width="40" height="20" alt="Photo 1 of 1' in page
    assert "Sent a photo" in kim.get("/desk").text
    assert fetched.headers["content-type"] == "image/jpeg"
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert fetched.content.startswith(b"\xff\xd8\xff")


def test_nobody_else_gets_it(talk: Conversation, sign_in_as: SignInAs) -> None:
    photo = send_photo(talk)
    other = talk.served.start()
    address = f"{case_of(talk)}/photos/{photo}"

    with talk.served.client() as nobody:
        assert nobody.get(address).status_code == 303
        assert nobody.get(address, headers=talk.headers).status_code == 303
        assert nobody.get(f"{other.path}/photos/{photo}", headers=other.headers).status_code == 404
    assert sign_in_as(ANN).get(address).status_code == 403
    assert sign_in_as(KIM).get(f"{case_of(talk)}/photos/{'0' * 64}").status_code == 404
    assert sign_in_as(KIM).get(f"/desk/cases/{talk.id}/photos/{photo}").status_code == 404
