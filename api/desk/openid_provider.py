"""An OpenID provider: where it is, how somebody is sent there, and what its answer proves.

OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636); discovery by OpenID Connect Discovery 1.0.
Section 5.4 of Core lets a provider tell claims at the UserInfo endpoint alone; what the ID token lacks is read there.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import AsyncClient, HTTPError
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key pair: with one of these a public key is never taken for a shared secret."""
TIMEOUT_SECONDS = 5.0
TRIES = 3
PAUSE_SECONDS = 0.2
"""Doubles with each try."""
KEPT_SECONDS = 3600.0
KEYS_ASKED_AGAIN_SECONDS = 30.0
"""A token of an unknown key may make us ask for the keys anew, but no more often."""
LEEWAY_SECONDS = 30

_document: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


class ProviderUnavailable(Exception):
    """It does not answer, or not as one; nobody's fault who signs in."""

    code = "provider_unavailable"


class TokenRefused(Exception):
    """The provider's answer does not prove what it should; `why` is for the log and holds nothing of the token."""

    code = "token_refused"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Places(BaseModel):
    """What the discovery document says, of which we need this."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


@dataclass(frozen=True)
class Client:
    """What the provider knows us as."""

    issuer: str
    id: str
    secret: str | None
    scopes: str
    redirect_uri: str
    wanted: tuple[str, ...]
    """The claims that are asked for at the UserInfo endpoint where the ID token has not all of them."""


@dataclass(frozen=True)
class Errand:
    """What somebody is sent to the provider with, and comes back under."""

    state: str
    nonce: str
    verifier: str


@dataclass
class Provider:
    client: Client
    _places: Places | None = None
    _keys: KeySet | None = None
    _places_until: float = 0.0
    _keys_until: float = 0.0
    _keys_asked_at: float = field(default=float("-inf"))
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def address_for(self, errand: Errand) -> str:
        """Where to send the browser. Raises ProviderUnavailable."""
        places = await self._where()
        async with self._oauth(places) as oauth:
            address, _ = oauth.create_authorization_url(
                places.authorization_endpoint,
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(address)

    async def claims(self, code: str, errand: Errand, now: float) -> Mapping[str, JsonValue]:
        """The claims of the ID token that `code` is good for, and those of UserInfo that it lacks.

        `now` in seconds since 1970. Raises TokenRefused and ProviderUnavailable.
        """
        places = await self._where()
        # Once: a code that was sent is spent, whether its answer arrived or not.
        try:
            async with self._oauth(places) as oauth:
                tokens = await oauth.fetch_token(
                    places.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=errand.verifier,
                )
        except AuthlibBaseError as error:
            raise TokenRefused(f"code: {error.error}") from error
        except (HTTPError, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise TokenRefused("no ID token")
        access_token = str(tokens.get("access_token", ""))
        proven = await self._checked(id_token, access_token, errand.nonce, now)
        if places.userinfo_endpoint is None or all(name in proven for name in self.client.wanted):
            return proven
        more = await _read(places.userinfo_endpoint, bearer=access_token)
        if more.get("sub") != proven.get("sub"):  # Core 1.0, section 5.3.2
            raise TokenRefused("UserInfo of somebody else")
        return {**more, **proven}

    async def _checked(
        self, id_token: str, access_token: str, nonce: str, now: float
    ) -> dict[str, JsonValue]:
        """Core 1.0, section 3.1.3.7: signature, algorithm, issuer, audience, authorized party, times, nonce."""
        try:
            token = await self._signed(id_token)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.client.issuer},
                    "aud": {"essential": True, "value": self.client.id},
                },
                {"nonce": nonce, "client_id": self.client.id, "access_token": access_token},
            )
            claims.validate(now=int(now), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(str(getattr(error, "error", None) or type(error).__name__)) from error
        return _document.validate_python(dict(claims))

    async def _signed(self, id_token: str) -> jwt.Token:
        """Raises JoseError and ValueError. A key that we do not know may be new: then the keys are asked for once.

        So may one without a name, or under an old one.
        """
        try:
            return jwt.decode(id_token, await self._key_set(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            return jwt.decode(id_token, await self._key_set(newer=True), algorithms=ALGORITHMS)

    def _oauth(self, places: Places) -> AsyncOAuth2Client:
        methods = places.token_endpoint_auth_methods_supported
        by_form = "client_secret_basic" not in methods and "client_secret_post" in methods
        return AsyncOAuth2Client(
            self.client.id,
            self.client.secret,
            token_endpoint_auth_method="client_secret_post" if by_form and self.client.secret else None,
            scope=self.client.scopes,
            redirect_uri=self.client.redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )

    async def _where(self) -> Places:
        async with self._asking:
            if self._places is None or time.monotonic() > self._places_until:
                found = await _read(self.client.issuer.rstrip("/") + "/.well-known/openid-configuration")
                self._places = self._trusted(found)
                self._places_until = time.monotonic() + KEPT_SECONDS
            return self._places

    def _trusted(self, found: dict[str, JsonValue]) -> Places:
        """Discovery 1.0, section 4.3: the document is of the issuer that was asked. Raises ProviderUnavailable."""
        try:
            places = Places.model_validate(found)
        except ValidationError as error:
            raise ProviderUnavailable("its discovery document is incomplete") from error
        if places.issuer != self.client.issuer:
            raise ProviderUnavailable("its discovery document is of another issuer")
        addresses = (
            places.authorization_endpoint,
            places.token_endpoint,
            places.jwks_uri,
            places.userinfo_endpoint,
        )
        schemes = {"https", urlsplit(self.client.issuer).scheme}
        if any(urlsplit(address).scheme not in schemes for address in addresses if address):
            raise ProviderUnavailable("its discovery document leads to what is not https")
        return places

    async def _key_set(self, *, newer: bool = False) -> KeySet:
        places = await self._where()
        async with self._asking:
            now = time.monotonic()
            is_due = newer and now - self._keys_asked_at >= KEYS_ASKED_AGAIN_SECONDS
            if self._keys is None or now > self._keys_until or is_due:
                self._keys_asked_at = now
                self._keys = _public_keys(await _read(places.jwks_uri))
                self._keys_until = now + KEPT_SECONDS
            return self._keys


def _public_keys(found: dict[str, JsonValue]) -> KeySet:
    """Those to check signatures with; a shared secret among them is none. Raises ProviderUnavailable."""
    listed = found.get("keys")
    keys = [
        read
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"
        if (read := _public_key(key)) is not None
    ]
    if not keys:
        raise ProviderUnavailable("its keys cannot be read")
    return KeySet(keys)


def _public_key(found: Mapping[str, JsonValue]) -> Key | None:
    """None for one of a kind that we do not know: RFC 7517, section 5, leaves it out and reads on."""
    try:
        return JWKRegistry.import_key(
            {name: value for name, value in found.items() if isinstance(value, str)}
        )
    except (JoseError, ValueError, TypeError, KeyError):
        return None


async def _read(address: str, bearer: str | None = None) -> dict[str, JsonValue]:
    """The JSON object at `address`. Raises ProviderUnavailable after some tries."""
    why, headers = "", {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with AsyncClient(timeout=TIMEOUT_SECONDS) as http:
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                answer = await http.get(address, headers=headers)
                if answer.status_code == HTTPStatus.OK:
                    return _document.validate_json(answer.content)
                why = f"status {answer.status_code}"
            except (HTTPError, ValidationError) as error:
                why = type(error).__name__
    log.warning("the OpenID provider does not answer: %s", why)
    raise ProviderUnavailable(why)
