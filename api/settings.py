"""Everything that can be set from outside, in one class. In the environment the names are upper case."""

import json
import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import load_dotenv
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from knowledge.shop_profile import DEMO_SHOP
from tools.commerce.payments.opening import GatewayName

PLACEHOLDERS = ("change-me", "changeme", "change_me", "replace-me", "your-secret", "placeholder", "example")
SHORTEST_SECRET = 32
SHORTEST_STRIPE_KEY = 20


class SettingsError(Exception):
    """Settings are missing or wrong; one sentence for each, which names the variable and never a secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


def _listed(value: object) -> object:
    """A list as JSON or with commas between its items."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError("must be a JSON list, or values with commas between them") from error
    return [item.strip() for item in value.split(",") if item.strip()]


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: SecretStr = SecretStr("sqlite:///var/parley.db")
    data_dir: Path = Path("var")
    chroma_url: str | None = None
    shop_dir: Path = DEMO_SHOP
    model: str = "embedded"
    model_base_url: str | None = None
    model_timeout_seconds: float = Field(default=20, gt=0, le=300)
    embedding_model: str | None = None
    identity_secret: SecretStr | None = None
    identity_audience: str = "parley"
    identity_issuer: str | None = None
    password_sign_in: bool = True
    allowed_origins: Listed = ()
    frame_ancestors: Listed = ()
    payment_gateway: GatewayName = GatewayName.EMBEDDED
    stripe_api_key: Annotated[SecretStr | None, Field(validate_default=True)] = None
    stripe_api_base: str | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: Annotated[SecretStr | None, Field(validate_default=True)] = None
    slack_api_base: str = "https://slack.com/api/"
    public_url: str | None = None
    oidc_issuer: Annotated[str | None, Field(validate_default=True)] = None
    oidc_client_id: Annotated[str | None, Field(validate_default=True)] = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "your company account"
    oidc_scopes: str = "openid email profile"
    oidc_verified_claim: str = "email_verified"
    oidc_role_claim: str | None = None
    oidc_agent_values: Listed = ()
    oidc_manager_values: Annotated[Listed, Field(validate_default=True)] = ()
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    max_concurrent_turns: int | None = Field(default=None, ge=1, le=1000)
    messages_per_minute: int = Field(default=300, ge=1)
    conversations_per_minute: int = Field(default=120, ge=1)
    trusted_proxies: Listed = ("127.0.0.1", "::1")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        try:
            backend = make_url(value.get_secret_value()).drivername.partition("+")[0]
        except ArgumentError:
            # The driver's own words would repeat the URL, password included.
            raise ValueError("is not a database URL such as sqlite:///var/parley.db") from None
        if backend not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("identity_secret")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        secret = value.get_secret_value()
        if any(word in secret.lower() for word in PLACEHOLDERS):
            raise ValueError("is a placeholder; make one with: openssl rand -hex 32")
        if len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
            raise ValueError(
                f"must be at least {SHORTEST_SECRET} random characters; make one with: openssl rand -hex 32"
            )
        return value

    @field_validator("stripe_api_key")
    @classmethod
    def _secret_key_of_stripe(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            if info.data.get("payment_gateway") is GatewayName.STRIPE:
                raise ValueError("it is needed with PAYMENT_GATEWAY=stripe")
            return None
        key = value.get_secret_value()
        if any(word in key.lower() for word in PLACEHOLDERS) or len(key) < SHORTEST_STRIPE_KEY:
            raise ValueError("is a placeholder; the key is in Stripe's dashboard, under Developers")
        if not key.startswith(("sk_live_", "sk_test_", "rk_live_", "rk_test_")):
            raise ValueError(
                "must be a secret or restricted key of Stripe: it begins with sk_live_ or rk_live_"
            )
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _token_of_a_bot(cls, value: SecretStr | None) -> SecretStr | None:
        return _beginning_with("xoxb-", value, "the bot's token, under OAuth & Permissions")

    @field_validator("slack_signing_secret")
    @classmethod
    def _secret_of_the_app(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and not info.data.get("slack_bot_token"):
            raise ValueError("it is of no use without SLACK_BOT_TOKEN")
        if value is not None and not re.fullmatch(r"[0-9a-f]{32,}", value.get_secret_value()):
            raise ValueError(
                "must be the app's signing secret, 32 hexadecimal digits, under Basic Information"
            )
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _token_for_socket_mode(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        has_token = bool(info.data.get("slack_bot_token"))
        if value is None and has_token and not info.data.get("slack_signing_secret"):
            raise ValueError(
                "it is needed for Socket Mode, unless SLACK_SIGNING_SECRET is set for events by HTTP"
            )
        if value is not None and not has_token:
            raise ValueError("it is of no use without SLACK_BOT_TOKEN")
        return _beginning_with("xapp-", value, "an app-level token, under Basic Information")

    @field_validator("oidc_issuer")
    @classmethod
    def _provider_that_can_answer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            if not info.data.get("password_sign_in", True):
                raise ValueError("it is needed with PASSWORD_SIGN_IN=false, or nobody can sign in")
            return None
        if not _has_host(value, {"https"}) and urlsplit(value).hostname not in {"localhost", "127.0.0.1"}:
            raise ValueError("must be the https address of an OpenID provider")
        if not info.data.get("public_url"):
            raise ValueError("needs PUBLIC_URL, the address that the provider sends people back to")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _known_to_the_provider(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("oidc_issuer"):
            raise ValueError("it is needed with OIDC_ISSUER: the provider gives it to each application")
        return value

    @field_validator("oidc_manager_values")
    @classmethod
    def _some_role(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("oidc_role_claim") and not value and not info.data.get("oidc_agent_values"):
            raise ValueError("or OIDC_AGENT_VALUES is needed with OIDC_ROLE_CLAIM, or it lets nobody in")
        return value

    @field_validator("oidc_scopes")
    @classmethod
    def _scopes_of_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must have openid among its words")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        if not _has_host(value.get_secret_value(), {"smtp", "smtps"}):
            raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        return value

    @field_validator("chroma_url", "model_base_url", "stripe_api_base", "slack_api_base", "public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not _has_host(value, {"http", "https"}):
            raise ValueError("must be a web address such as http://localhost:8001")
        return value

    @field_validator("allowed_origins", "frame_ancestors")
    @classmethod
    def _bare_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _has_host(origin, {"http", "https"}) or origin.count("/") != 2:
                raise ValueError("must list origins such as https://shop.example, without a path or a slash")
        return origins

    @field_validator("model")
    @classmethod
    def _named_model(cls, value: str) -> str:
        provider, colon, name = value.partition(":")
        if value != "embedded" and not (provider and colon and name):
            raise ValueError("must be embedded, or provider:name such as openai:gpt-5-mini")
        return value

    @field_validator("shop_dir")
    @classmethod
    def _shop_folder(cls, value: Path) -> Path:
        if not (value / "shop.yaml").is_file():
            raise ValueError("must be a folder with a shop.yaml in it")
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        if value is not None and ("@" not in value or any(sign in value for sign in "\r\n")):
            raise ValueError("must be an e-mail address, or Name <address>")
        return value

    @property
    def classifier_dir(self) -> Path:
        """Where the embedded model keeps what it has learned."""
        return self.data_dir / "classifier"

    @property
    def chroma_dir(self) -> Path:
        return self.data_dir / "chroma"


def read_settings(folder: Path | None = None) -> Settings:
    """Settings from the environment, then from `.env` in `folder` (the working one). Raises SettingsError.

    Everything in `.env` goes into the environment too, for that is where model providers look for their keys.
    """
    load_dotenv((folder or Path.cwd()) / ".env", override=False)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError([_sentence(str(e["loc"][0]), e["msg"]) for e in error.errors()]) from None


def _sentence(field: str, message: str) -> str:
    variable = field.upper()
    reason = message.removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:]
    if reason.startswith("input should be"):
        reason = reason.replace("input should be", "should be", 1)
    return f"{variable} {reason}." if os.environ.get(variable) else f"{variable} is missing: {reason}."


def _beginning_with(start: str, value: SecretStr | None, what: str) -> SecretStr | None:
    if value is None:
        return None
    token = value.get_secret_value()
    if any(word in token.lower() for word in PLACEHOLDERS) or not token.startswith(start):
        raise ValueError(f"must begin with {start}: it is {what} of your Slack app")
    return value


def _has_host(url: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
