"""The shop's identity tokens: JWT signed with HMAC-SHA256 and the secret that the shop and Parley share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.register import Identity
from tools.commerce.schema import Role

ALGORITHM = "HS256"
LEEWAY = timedelta(seconds=30)
LONGEST_LIFE = timedelta(hours=24)


class TokenRefused(Exception):
    """An identity token is forged, expired, or meant for somebody else; why is for the log alone."""

    code = "identity_token_refused"


class IdentityNotConfigured(Exception):
    """There is no secret to check identity tokens with."""

    code = "identity_not_configured"

    def __init__(self) -> None:
        super().__init__(
            "Identity tokens need a secret: set IDENTITY_SECRET to at least 32 random characters "
            "(openssl rand -hex 32) here and in the shop that signs them."
        )


class Claims(BaseModel):
    """What a token may say beside its times; claims that we don't know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    sub: str = Field(max_length=120, pattern=r"^[^\x00-\x1f]+$")
    email: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    role: Role = Field(default=Role.SHOPPER, strict=False)
    iat: int
    exp: int


@dataclass(frozen=True)
class Tokens:
    """Signs and checks identity tokens. `secret` None: everything but tokens works."""

    secret: str | None
    audience: str
    issuer: str | None

    def issue(
        self,
        customer_ref: str,
        email: str | None,
        role: Role,
        now: datetime,
        life: timedelta = timedelta(hours=1),
    ) -> str:
        """A token as a shop would sign it. Raises IdentityNotConfigured."""
        claims: dict[str, str | int] = {
            "sub": customer_ref,
            "role": role.value,
            "aud": self.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + life).timestamp()),
        }
        if email:
            claims["email"] = email
        if self.issuer:
            claims["iss"] = self.issuer
        return jwt.encode(claims, self._key(), algorithm=ALGORITHM)

    def verify(self, token: str) -> Identity:
        """Whom `token` speaks of. Raises TokenRefused, IdentityNotConfigured."""
        required = ["exp", "iat", "aud", "sub", *(["iss"] if self.issuer else [])]
        try:
            payload = jwt.decode(
                token,
                self._key(),
                # Never taken from the token's own header: that is how "none" and RSA keys get in.
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": required},
            )
            claims = Claims.model_validate(payload)
        except (jwt.InvalidTokenError, ValidationError, UnicodeError) as error:
            raise TokenRefused(type(error).__name__) from error
        if claims.exp - claims.iat > LONGEST_LIFE.total_seconds():
            raise TokenRefused("lives longer than 24 hours")
        return Identity(role=claims.role, customer_ref=claims.sub, email=claims.email)

    def _key(self) -> str:
        if self.secret is None:
            raise IdentityNotConfigured
        return self.secret
