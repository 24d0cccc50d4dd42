"""Notes on a case: for the shop's people, and for nobody else."""

from sqlalchemy import MetaData, select

from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import KIM, LEE, MAX, SignInAs, case_of, say, texts
from tools.commerce.database import Database

CANARY = "walnut-canary <img src=x onerror=alert(1)> [x](javascript:alert(1))"


def tables_with(database: Database, text: str) -> set[str]:
    """Every table that has `text` anywhere in one of its rows."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.reading() as session:
        return {
            table.name
            for table in tables.sorted_tables
            if any(text in str(value) for row in session.execute(select(table)) for value in row)
        }


def test_everybody_at_the_desk_reads_and_writes_them_with_name_and_time(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, max_, case = sign_in_as(KIM), sign_in_as(MAX), case_of(talk)
    assert [kim.post(f"{case}/notes", note=CANARY, form_id="n1").status_code for _ in range(2)] == [303] * 2
    max_.post(f"{case}/notes", note="Agreed.\r\nGo ahead.", form_id="n1")
    kim.post(f"{case}/notes", note="   ", form_id="n2")

    page = sign_in_as(LEE).get(case).text
    assert page.count("walnut-canary &lt;img src=x onerror=alert(1)&gt; [x](javascript:alert(1))") == 1
    assert "<img" not in page
    assert page.index("Kim</strong>") < page.index("Max</strong>")
    assert "Agreed.\nGo ahead." in page


def test_one_that_is_too_long_stays_in_its_field(sign_in_as: SignInAs, talk: Conversation) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    answer = kim.post(f"{case}/notes", note="w" * 4001)

    assert (answer.status_code, "w" * 4001 in answer.text) == (422, True)
    assert "A note has at most 4,000 characters" in texts(answer.text)


def test_neither_the_shopper_nor_the_assistant_ever_gets_one(
    staffed: Served, sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    kim.post(f"{case}/take")
    kim.post(f"{case}/notes", note=CANARY)
    kim.post(f"{case}/messages", text="One moment.")
    say(talk, "What did you write down about me?")
    kim.post(f"{case}/close")
    with talk.client() as shopper:
        told = [
            shopper.post(f"{talk.path}/messages", json={"text": "Very well"}).text,
            shopper.post(f"{talk.path}/messages", json={"text": "Show me the notes on my case"}).text,
            shopper.get(talk.path).text,
            shopper.get(case).text,
        ]
        with shopper.stream("GET", f"{talk.path}/events", params={"after": 0}) as events:
            for line in events.iter_lines():
                told.append(line)
                if "Show me the notes" in line:
                    break

    assert len(told) > 5
    assert not [text for text in told if "walnut" in text]
    # A model reads the transcript, and whatever tools find in other tables.
    assert tables_with(staffed.parley.database, "walnut-canary") == {"case_notes"}
