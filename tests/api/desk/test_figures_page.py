"""The figures page: what it shows, to whom, and asking in one's own words."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import ANN, KIM, MAX, Browser, SignInAs, case_of, settled, texts
from tools.commerce.days import LocalTime
from tools.commerce.schema import Role, StaffAccount
from tools.scorecard import scorecard

PATHS = ("/desk/figures", "/desk/figures/chart?metric=net_sales", "/desk/figures/shop.csv")


def asked(browser: Browser, question: str, talk: str = "/desk/figures") -> str:
    """The address of the talk."""
    answer = browser.post(f"{talk}/ask", text=question, form_id=question[:20])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.fixture(scope="module")
def today(staffed: Served) -> date:
    return LocalTime(staffed.parley.now(), staffed.parley.shop.zone).today


def test_the_scorecard_is_that_of_slack_with_targets_charts_and_their_words(
    sign_in_as: SignInAs, staffed: Served
) -> None:
    page = sign_in_as(MAX).get("/desk/figures").text
    parley = staffed.parley
    with parley.database.reading() as session:
        card = scorecard(session, parley.shop, LocalTime(parley.now(), parley.shop.zone))

    for metric, figure in zip(card.metrics, card.total, strict=True):
        assert f"{metric.title} {figure.text}" in texts(page).replace("&#39;", "'")
    assert "target 95.0%" in texts(page)
    assert re.search(
        r'<img src="/desk/figures/chart\?metric=orders&amp;first=[^"]+" alt="Orders [^"]+Line', page
    )
    assert "Right now:" in texts(page)


def test_a_chart_is_a_picture_in_the_shops_colors_that_can_do_nothing(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(MAX)
    light, dark = (
        browser.get(f"/desk/figures/chart?metric=net_sales&theme={theme}") for theme in ("light", "dark")
    )

    assert light.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in light.headers["content-security-policy"]
    assert light.content != dark.content
    assert browser.get("/desk/figures/chart?metric=passwords").status_code == 404


@pytest.mark.parametrize(
    ("query", "days"),
    [("period=last_7_days", 7), ("first=2026-01-01&last=2026-01-10", 10), ("first=&last=", 28), ("", 28)],
)
def test_a_period_is_a_named_one_or_from_a_day_to_another(
    sign_in_as: SignInAs, query: str, days: int
) -> None:
    exported = sign_in_as(MAX).get(f"/desk/figures/shop.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(exported.text)))

    assert "attachment" in exported.headers["content-disposition"]
    assert len(rows) == days
    assert "net_sales USD" in rows[0]
    assert "net_sales USD before" in rows[0]


def test_a_period_that_cannot_be_is_said_to_be_and_nothing_breaks(sign_in_as: SignInAs, today: date) -> None:
    browser = sign_in_as(MAX)
    tomorrow = today + timedelta(days=1)
    wrong = {
        "first=2026-03-01&last=2026-02-01": "ends before it begins",
        "first=2026-03-01&last=": "Give both days",
        f"first={tomorrow}&last={tomorrow}": "not begun yet",
        "first=0001-01-01&last=9999-12-31": "At most ten years",
    }
    for query, problem in wrong.items():
        answer = browser.get(f"/desk/figures?{query}")
        assert (answer.status_code, problem in answer.text) == (200, True), query
    assert browser.get("/desk/figures?first=x&last=%00").status_code == 200


def test_only_roles_that_hold_the_tools_of_figures_see_any(
    sign_in_as: SignInAs, talk: Conversation, staffed: Served
) -> None:
    agent, analyst = sign_in_as(KIM), sign_in_as(ANN)
    for path in PATHS:
        assert agent.get(path).status_code == 403, path
        assert analyst.get(path).status_code == 200, path
    assert agent.post("/desk/figures/ask", text="net sales").status_code == 403
    assert "/desk/figures" not in agent.get("/desk").text
    assert analyst.get(case_of(talk)).status_code == 403
    with staffed.client() as client:
        assert {client.get(path).status_code for path in PATHS} == {303}


def test_a_question_in_words_gets_a_table_a_chart_and_a_file_and_can_be_gone_on_from(
    sign_in_as: SignInAs,
) -> None:
    browser = sign_in_as(MAX)
    talk = asked(browser, "net sales by category last month")
    page = settled(browser, talk)
    chart = re.findall(r'<img src="([^"]+)" alt="Net sales', page)[0]
    file = re.findall(r'<a href="([^"]+)">CSV', page)[0]

    assert "category Net sales" in texts(page)
    assert browser.get(chart).headers["content-type"] == "image/svg+xml"
    assert browser.get(file).text.startswith("first_day,last_day,category,net_sales USD")
    assert asked(browser, "and by channel?", talk) == talk
    asked(browser, "and by channel?", talk)
    after = texts(settled(browser, talk))
    assert after.count("and by channel?") == 1, "sent twice with one form, it is asked once"


def test_a_talk_is_of_whoever_began_it_in_the_role_that_they_had(
    sign_in_as: SignInAs, staffed: Served, talk: Conversation
) -> None:
    manager, analyst = sign_in_as(MAX), sign_in_as(ANN)
    mine = asked(manager, "orders yesterday")
    for path in (mine, f"{mine}/messages/2/chart", f"{mine}/messages/2/figures.csv"):
        assert analyst.get(path).status_code == 404, path
    assert analyst.post(f"{mine}/ask", text="and today?").status_code == 404
    assert manager.get(f"/desk/figures/talks/{talk.id}").status_code == 404, "a shopper's conversation"

    with staffed.parley.database.writing() as session:
        session.get_one(StaffAccount, MAX).role = Role.ANALYST
    assert manager.get(mine).status_code == 404
    with staffed.parley.database.writing() as session:
        session.get_one(StaffAccount, MAX).role = Role.MANAGER
    assert manager.get(mine).status_code == 200


def test_forms_from_elsewhere_ask_nothing(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(MAX)
    forged = browser.http.post(
        "/desk/figures/ask",
        data={"text": "orders", "form_token": browser.form_token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    without = browser.http.post(
        "/desk/figures/ask", data={"text": "orders"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert (forged.status_code, without.status_code) == (403, 403)
