"""An OpenID provider on this machine: it signs in whom a test tells it to, and forges what a test asks for.

It checks what a real one checks: the client's secret, the address to go back to, PKCE, and that a code is used once.
"""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

Json = dict[str, Any]
Sign = Callable[[Json], str]
"""Makes an ID token of its claims."""

CLIENT_ID = "parley-desk"
CLIENT_SECRET = "a secret of the provider & us"
ACCESS_TOKEN = "for whoever has just signed in"


def a_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class OpenIdServer:
    url: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [a_key("first")])
    person: Json = field(default_factory=dict)
    """The claims of whoever signs in next."""
    forge: Sign | None = None
    """In place of a token that is signed as it should be."""
    failures: int = 0
    """So many of the next requests are answered with 503."""
    tells_at_userinfo: bool = False
    """Of the person, the ID token has the subject alone."""
    userinfo_of: str | None = None
    """In place of the subject of the ID token."""
    more_keys: list[Json] = field(default_factory=list)
    """Listed before those that sign."""
    issuer_said: str | None = None
    """In place of its own address, in the discovery document."""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Json] = field(default_factory=dict)

    def sign(self, claims: Json) -> str:
        key = self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid or ""}, claims, key)

    def authorize(self, address: str) -> str:
        """What a browser does that is sent to `address`: somebody signs in there. The address it is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = uuid4().hex
        self.codes[code] = {**asked, "person": self.person}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def claims(self, nonce: str, person: Json) -> Json:
        now = int(time.time())
        return {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, **person}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Json]:
        self.asked.append(path)
        if self.failures:
            self.failures -= 1
            return 503, {}
        match path:
            case "/.well-known/openid-configuration":
                return 200, {
                    "issuer": self.issuer_said or self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/keys",
                    "userinfo_endpoint": f"{self.url}/userinfo",
                    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                }
            case "/keys":
                return 200, {"keys": [*self.more_keys, *(key.as_dict(private=False) for key in self.keys)]}
            case "/userinfo" if authorization == f"Bearer {ACCESS_TOKEN}":
                return 200, {**self.person, "sub": self.userinfo_of or self.person["sub"]}
            case "/userinfo":
                return 401, {}
            case "/token":
                return self._token(form, authorization)
            case _:
                return 404, {}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Json]:
        given = b64decode(authorization.removeprefix("Basic ")).decode()
        name, _, secret = given.partition(":")
        if (unquote(name), unquote(secret.replace("+", " "))) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or asked["code_challenge"] != challenge.decode()
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        person = {"sub": asked["person"]["sub"]} if self.tells_at_userinfo else asked["person"]
        claims = self.claims(asked["nonce"], person)
        id_token = (self.forge or self.sign)(claims)
        return 200, {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token}


@contextmanager
def openid_server() -> Iterator[OpenIdServer]:
    provider = OpenIdServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: dict[str, str]) -> None:
            status, answer = provider.answer(self.path, form, self.headers.get("Authorization", ""))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called above
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
