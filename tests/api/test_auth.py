"""Identity tokens: one algorithm, an audience, an end, and nothing else gets in."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from api.auth import IdentityNotConfigured, TokenRefused, Tokens
from bot.conversation import Identity
from tools.commerce.schema import Role

SECRET = "5b1f0c3a9d7e4826b1f0c3a9d7e48265"
TOKENS = Tokens(SECRET, audience="parley", issuer=None)


def now() -> datetime:
    return datetime.now(UTC)


def signed(secret: str = SECRET, algorithm: str = "HS256", **changes: object) -> str:
    claims: dict[str, object] = {
        "sub": "C-7",
        "aud": "parley",
        "iat": int(now().timestamp()),
        "exp": int((now() + timedelta(minutes=5)).timestamp()),
    }
    claims |= changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, algorithm=algorithm)


def at(**offset: float) -> int:
    return int((now() + timedelta(**offset)).timestamp())


def without_signature() -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"sub": "C-7", "aud": "parley", "iat": at(), "exp": at(minutes=5)}
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def test_an_issued_token_says_who_it_is() -> None:
    token = TOKENS.issue("C-7", "ana@shop.example", Role.AGENT, now())

    assert TOKENS.verify(token) == Identity(role=Role.AGENT, customer_ref="C-7", email="ana@shop.example")


def test_a_shops_own_token_needs_only_subject_audience_and_times() -> None:
    assert TOKENS.verify(signed()) == Identity(role=Role.SHOPPER, customer_ref="C-7", email=None)


@pytest.mark.parametrize(
    ("why", "token"),
    [
        ("no signature", without_signature()),
        ("another secret", signed(secret="another-secret-of-more-than-32-characters")),
        ("another algorithm", signed(algorithm="HS512", secret=SECRET * 2)),
        ("another algorithm with our secret", signed(algorithm="HS384", secret=SECRET + "0" * 16)),
        ("expired", signed(iat=at(minutes=-10), exp=at(minutes=-1))),
        ("no end", signed(exp=None)),
        ("no beginning", signed(iat=None)),
        ("from the future", signed(iat=at(hours=5), exp=at(hours=6))),
        ("another audience", signed(aud="another-shop")),
        ("no audience", signed(aud=None)),
        ("nobody", signed(sub=None)),
        ("an empty name", signed(sub="")),
        ("a number for a name", signed(sub=7)),
        ("a role that does not exist", signed(role="owner")),
        ("an e-mail that is none", signed(email="ana")),
        ("good for two days", signed(exp=at(days=2))),
        ("no token at all", "hello"),
        ("nothing", ""),
        ("not ASCII", "é.é.é"),
    ],
)
def test_refuses(why: str, token: str) -> None:
    with pytest.raises(TokenRefused):
        TOKENS.verify(token)


def test_a_public_key_cannot_be_used_as_the_secret() -> None:
    header = {"alg": "RS256", "typ": "JWT"}
    good = signed().split(".")
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")

    with pytest.raises(TokenRefused):
        TOKENS.verify(".".join((encoded, *good[1:])))


def test_clocks_may_differ_by_half_a_minute() -> None:
    token = signed(iat=at(minutes=-5), exp=at(seconds=-20))

    assert TOKENS.verify(token).customer_ref == "C-7"


def test_the_issuer_is_checked_when_one_is_set() -> None:
    strict = Tokens(SECRET, "parley", issuer="https://shop.example")

    assert strict.verify(signed(iss="https://shop.example")).customer_ref == "C-7"
    for token in (signed(), signed(iss="https://other.example")):
        with pytest.raises(TokenRefused):
            strict.verify(token)


def test_without_a_secret_the_sentence_says_what_to_set() -> None:
    unset = Tokens(None, "parley", None)

    with pytest.raises(IdentityNotConfigured, match="IDENTITY_SECRET"):
        unset.verify(signed())
    with pytest.raises(IdentityNotConfigured, match="IDENTITY_SECRET"):
        unset.issue("C-7", None, Role.SHOPPER, now())
