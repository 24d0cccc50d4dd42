"""Sessions of the desk: who is signed in, as a signed cookie, and the token that each of its forms carries."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from api.auth import ALGORITHM, LEEWAY, IdentityNotConfigured

AUDIENCE = "desk"
LIFE = timedelta(hours=12)


class Session(BaseModel):
    """What the cookie says. The account is looked up beside it each time."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    sub: str
    """The account's e-mail."""
    jti: str
    iat: float

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.iat, UTC)


@dataclass(frozen=True)
class Sessions:
    """Signs and reads them. Without a secret there are none."""

    secret: str | None

    def begin(self, email: str, now: datetime) -> str:
        """The cookie's value. Raises IdentityNotConfigured."""
        claims = {
            "sub": email,
            "jti": str(uuid4()),
            "aud": AUDIENCE,
            "iat": now.timestamp(),
            "exp": now.timestamp() + LIFE.total_seconds(),
        }
        return jwt.encode(claims, self._key(), algorithm=ALGORITHM)

    def read(self, cookie: str | None) -> Session | None:
        """None for one that is forged, over, or no session at all."""
        if not cookie or self.secret is None:
            return None
        required = ["sub", "jti", "aud", "iat", "exp"]
        try:
            claims = jwt.decode(
                cookie,
                self._key(),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                leeway=LEEWAY,
                options={"require": required},
            )
            return Session.model_validate(claims)
        except (jwt.InvalidTokenError, ValidationError, UnicodeError):
            return None

    def form_token(self, session: Session) -> str:
        """What every form of the session carries: another site can neither read nor guess it."""
        return hmac.new(self._key(), f"form:{session.jti}".encode(), hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        # Not the secret itself: what the shop signs for its customers must never open the desk.
        if self.secret is None:
            raise IdentityNotConfigured
        return hmac.digest(self.secret.encode(), b"session of the desk", "sha256")
