"""Settings: what is wrong is said in a sentence that names the variable, and nothing secret is repeated."""

import re
from pathlib import Path

import pytest

from api.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
NAMES = {name.upper() for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def problems_with(monkeypatch: pytest.MonkeyPatch, folder: Path, **values: str) -> list[str]:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings(folder)
    return caught.value.problems


def test_works_without_any_setting(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)

    assert settings.database_url.get_secret_value() == "sqlite:///var/parley.db"
    assert settings.model == "embedded"
    assert settings.identity_secret is None
    assert settings.demo is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:hunter2@db/shop"),
        ("DATABASE_URL", "not a url hunter2"),
        ("IDENTITY_SECRET", "hunter2"),
        ("IDENTITY_SECRET", "change-me-hunter2-change-me-hunter2-change-me"),
        ("IDENTITY_SECRET", "hunter" * 6),
        ("SMTP_URL", "http://user:hunter2@mail.example"),
        ("SMTP_URL", "smtp://user:hunter2@[mail.example"),
        ("MODEL", "gpt-5"),
        ("MODEL_TIMEOUT_SECONDS", "0"),
        ("MODEL_BASE_URL", "localhost:1234"),
        ("ALLOWED_ORIGINS", "https://shop.example/"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "[https://shop.example"),
        ("SHOP_DIR", "/nowhere"),
        ("PORT", "http"),
        ("DEMO", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("MAX_CONCURRENT_TURNS", "0"),
        ("MAIL_FROM", "nobody"),
        ("PAYMENT_GATEWAY", "paypal"),
        ("STRIPE_API_KEY", "sk_live_change-me-hunter2"),
        ("STRIPE_API_KEY", "sk_live_hunter2"),
        ("STRIPE_API_KEY", "pk_live_hunter2hunter2hunter2"),
        ("STRIPE_API_BASE", "api.stripe.com"),
        ("SLACK_BOT_TOKEN", "xoxp-hunter2"),
        ("SLACK_BOT_TOKEN", "xoxb-change-me-hunter2"),
        ("SLACK_SIGNING_SECRET", "0123456789abcdef0123456789abcdef"),
        ("SLACK_APP_TOKEN", "xapp-hunter2"),
        ("SLACK_API_BASE", "slack.com"),
        ("OIDC_ISSUER", "http://login.hunter2.example"),
        ("OIDC_SCOPES", "profile hunter2"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    problems = problems_with(monkeypatch, tmp_path, **{name: value})

    assert len(problems) == 1
    assert re.fullmatch(rf"{name} [^\n]+\.", problems[0])
    assert "hunter" not in problems[0]


def test_stripe_needs_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    problems = problems_with(monkeypatch, tmp_path, PAYMENT_GATEWAY="stripe")

    assert problems == ["STRIPE_API_KEY is missing: it is needed with PAYMENT_GATEWAY=stripe."]


def test_a_company_account_needs_all_that_signing_in_with_it_takes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    issuer = {"OIDC_ISSUER": "https://login.example"}
    told = {**issuer, "PUBLIC_URL": "https://desk.example", "OIDC_CLIENT_ID": "desk"}
    wrong = {
        "OIDC_ISSUER is missing: it is needed": {"PASSWORD_SIGN_IN": "false"},
        "OIDC_ISSUER needs PUBLIC_URL": {**issuer, "OIDC_CLIENT_ID": "desk"},
        "OIDC_CLIENT_ID is missing": {**issuer, "PUBLIC_URL": "https://desk.example"},
        "OIDC_MANAGER_VALUES is missing: or OIDC_AGENT_VALUES": {**told, "OIDC_ROLE_CLAIM": "groups"},
    }
    for problem, values in wrong.items():
        with monkeypatch.context() as patched:
            assert problems_with(patched, tmp_path, **values)[0].startswith(problem)


def test_every_problem_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    problems = problems_with(monkeypatch, tmp_path, PORT="-1", MODEL="x", IDENTITY_SECRET="short")

    assert [problem.split()[0] for problem in problems] == ["MODEL", "IDENTITY_SECRET", "PORT"]


@pytest.mark.parametrize(
    "value", ["https://a.example, https://b.example", '["https://a.example", "https://b.example"]']
)
def test_origins_are_a_json_list_or_have_commas_between_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", value)

    assert read_settings(tmp_path).allowed_origins == ("https://a.example", "https://b.example")


def test_dot_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "PORT=9000\nMODEL=openai:gpt-x\nOPENAI_API_KEY=key-of-a-provider\nDATA_DIR=\n"
    )
    monkeypatch.setenv("MODEL", "embedded")
    for name in ("PORT", "OPENAI_API_KEY", "DATA_DIR"):
        # Registers them for removal: reading `.env` puts them into the environment.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)

    settings = read_settings(tmp_path)

    assert (settings.port, settings.model, settings.data_dir) == (9000, "embedded", Path("var"))


def test_secrets_are_not_shown_when_settings_are_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IDENTITY_SECRET", "0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@db/shop")
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_hunter2hunter2hunter2")

    assert not re.search("hunter2|0123456789", repr(read_settings(tmp_path)))


def test_every_setting_is_in_the_example_and_in_the_documentation() -> None:
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    )

    assert example == NAMES
    assert documented == NAMES


def test_the_example_holds_no_secret() -> None:
    example = (ROOT / ".env.example").read_text()
    for secret in ("IDENTITY_SECRET", "STRIPE_API_KEY"):
        assert re.search(rf"^{secret}=$", example, re.MULTILINE)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({}, "SLACK_APP_TOKEN is missing: it is needed for Socket Mode"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN must begin with xapp-"),
        ({"SLACK_SIGNING_SECRET": "short"}, "SLACK_SIGNING_SECRET must be the app's signing secret"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, None),
        ({"SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"}, None),
    ],
)
def test_slack_needs_a_way_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, others: dict[str, str], told: str | None
) -> None:
    if told is None:
        for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", **others}.items():
            monkeypatch.setenv(name, value)
        assert read_settings(tmp_path).slack_bot_token is not None
    else:
        problems = problems_with(monkeypatch, tmp_path, SLACK_BOT_TOKEN="xoxb-1", **others)
        assert problems[0].startswith(told)
