"""Checks a JWT grant and, if it is valid, issues the access token.

Rules: docs.digdir.no, maskinporten_protocol_jwtgrant (2025-08) and maskinporten_protocol_token (2024-08); the order of
the checks is inferred from real refusals.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from typing_extensions import TypeIs

from harness.sandbox.altinn.consents import Consents
from harness.sandbox.altinn.system_users import SystemUsers
from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.maskinporten.certificates import CertificateAuthority
from harness.sandbox.maskinporten.clients import KEY_LIFETIME, Client, Register
from harness.sandbox.maskinporten.issuer import Issuer, party
from harness.sandbox.maskinporten.refusal import AUTHENTICATION, Refusal

ALGORITHMS = ("RS256", "RS384", "RS512")
SKEW = 10
CLAIMS = frozenset(
    {
        "aud",
        "iss",
        "iat",
        "exp",
        "jti",
        "scope",
        "resource",
        "pid",
        "consumer_org",
        "iss_onbehalfof",
        "authorization_details",
    }
)
MALFORMED = Refusal("invalid_request", "Invalid assertion. Invalid parameter value", "MP-011")


@dataclass
class TokenEndpoint:
    """The logic of POST /token."""

    issuer: Issuer
    register: Register
    authority: CertificateAuthority
    consents: Consents
    system_users: SystemUsers
    clock: Clock
    knobs: Knobs
    _used: dict[tuple[str, str], float] = field(default_factory=dict)

    def answer(self, assertion: str) -> dict[str, object]:
        """The token response for a grant; raises Refusal."""
        header, claims = _parsed(assertion)
        client = self._client(claims)
        key = self._key(header, client)
        _ensure_signed(assertion, key)
        self._ensure_audience(claims)
        self._ensure_known_claims(claims)
        self._ensure_times(claims)
        self._ensure_unused(claims)
        scopes = self._scopes(claims, client)
        consumer = self._consumer(claims, client, scopes)
        details = self._details(claims, client, consumer)
        return self._token_response(claims, client, scopes, consumer, details)

    def _client(self, claims: Mapping[str, Any]) -> Client:
        client = self.register.clients.get(str(claims.get("iss")))
        if client is None:
            raise Refusal("invalid_grant", f"{AUTHENTICATION} Client not found", "MP-100")
        return client

    def _key(self, header: Mapping[str, Any], client: Client) -> RSAKey:
        if header.get("alg") not in ALGORITHMS:
            raise Refusal("invalid_grant", f"{AUTHENTICATION} Unsupported algorithm.")
        kid = header.get("kid")
        if kid is None and client.with_certificate and "x5c" in header:
            return self.authority.verified(header["x5c"], client.owner, self.clock.now())
        if kid is None:
            text = "Invalid JWT. The client requires pre-registered jwk and no key identifier (kid) provided"
            raise Refusal("invalid_grant", f"Invalid assertion. {text}")
        registered = client.keys.get(str(kid))
        if registered is None:
            raise Refusal("invalid_grant", f"{AUTHENTICATION} Unknown key identifier (kid) for client.")
        if self.clock.timestamp() - registered.posted > KEY_LIFETIME:
            raise Refusal("invalid_grant", f"{AUTHENTICATION} Expired key.", "MP-121")
        return registered.key

    def _ensure_audience(self, claims: Mapping[str, Any]) -> None:
        right = {self.issuer.name}
        if self.knobs["grant-audience"] == "token-url-too":
            right.add(self.issuer.name.rstrip("/") + "/token")
        if not isinstance(claims.get("aud"), str) or claims["aud"] not in right:
            raise Refusal("invalid_grant", f"{AUTHENTICATION} Invalid JWT claim aud", "MP-110")

    def _ensure_known_claims(self, claims: Mapping[str, Any]) -> None:
        allowed = CLAIMS | ({"sub"} if self.knobs["unknown-claims"] == "allow_sub" else set())
        unknown = sorted(claims.keys() - allowed)
        if unknown and self.knobs["unknown-claims"] != "lenient":
            raise Refusal("invalid_request", f"Invalid assertion. Unknown claim {unknown[0]}")

    def _ensure_times(self, claims: Mapping[str, Any]) -> None:
        """A client's clock does not follow when the sandbox's is moved by hand, so a grant that is timely by the
        unmoved clock is accepted.
        """
        issued, expires = claims.get("iat"), claims.get("exp")
        if not _is_number(issued) or not _is_number(expires):
            raise MALFORMED
        undisturbed = self.clock.undisturbed()
        is_in_time = issued <= undisturbed + SKEW and undisturbed - SKEW <= expires
        now = undisturbed if is_in_time else self.clock.timestamp()
        if now + SKEW < issued:
            raise Refusal("invalid_grant", "Invalid assertion. Issue time is in the future.")
        if now - SKEW > expires:
            raise Refusal("invalid_grant", "Invalid assertion. JWT has expired.", "MP-130")
        if expires > issued + int(self.knobs["grant-lifetime"]):
            raise Refusal("invalid_grant", "Invalid assertion. JWT has too long lifetime.")

    def _ensure_unused(self, claims: Mapping[str, Any]) -> None:
        """A grant without `jti` is accepted: what the real service does with it is unknown."""
        if "jti" not in claims:
            return
        name = (str(claims["iss"]), str(claims["jti"]))
        now = min(self.clock.undisturbed(), self.clock.timestamp())
        self._used = {used: until for used, until in self._used.items() if until >= now}
        if name in self._used:
            raise Refusal("invalid_grant", "Grant is used before", "MP-012")
        self._used[name] = claims["exp"] + SKEW

    def _scopes(self, claims: Mapping[str, Any], client: Client) -> list[str]:
        scope = claims.get("scope")
        if not isinstance(scope, str) or not scope.split():
            raise MALFORMED
        scopes = list(dict.fromkeys(scope.split()))
        if client.integration_type != "maskinporten":
            text = "Token request contains scopes not allowed for maskinporten"
            raise Refusal("invalid_scope", text, "MP-201")
        foreign = [name for name in scopes if name not in client.scopes]
        if foreign:
            text = f"Token request contains invalid scopes for client, {foreign[0]}"
            raise Refusal("invalid_scope", text, "MP-200")
        return scopes

    def _consumer(self, claims: Mapping[str, Any], client: Client, scopes: list[str]) -> str:
        if "consumer_org" not in claims:
            for scope in scopes:
                if (client.owner, scope) not in self.register.granted:
                    text = f"Consumer has not been granted access to the scope {scope}"
                    raise self._no_access(text, "MP-250")
            return client.owner
        consumer = str(claims["consumer_org"])
        if consumer == client.owner:
            text = "The combination consumer_org in claim and delegation scope on client is invalid"
            raise Refusal("invalid_request", f"Validation of JWT claim failed: {text}")
        for scope in scopes:
            if (consumer, client.owner, scope) not in self.register.delegated:
                text = f"Consumer {consumer} has not delegated access to the scope {scope} to supplier {client.owner}"
                raise self._no_access(text, "MP-251")
        return consumer

    def _no_access(self, text: str, code: str) -> Refusal:
        if self.knobs["no-access"] == "forbidden":
            return Refusal("forbidden", text, code, status=403)
        return Refusal("invalid_scope", text, code)

    def _details(self, claims: Mapping[str, Any], client: Client, consumer: str) -> list[dict[str, Any]] | None:
        if "authorization_details" not in claims:
            return None
        details = claims["authorization_details"]
        if not isinstance(details, list) or len(details) != 1 or not isinstance(details[0], dict):
            raise Refusal("invalid_authorization_details", "Invalid authorization details values", "MP-302")
        kind = details[0].get("type")
        if kind == "urn:altinn:systemuser":
            return [self.system_users.token_details(details[0], client.client_id, client.owner)]
        if kind == "urn:altinn:consent":
            return [self.consents.token_details(details[0], consumer, client.owner, self.clock.now(), self.knobs)]
        raise Refusal("invalid_authorization_details", "Unknown authorization details type", "MP-301")

    def _token_response(
        self,
        claims: Mapping[str, Any],
        client: Client,
        scopes: list[str],
        consumer: str,
        details: list[dict[str, Any]] | None,
    ) -> dict[str, object]:
        issued = int(self.clock.timestamp())
        lifetime = client.token_lifetime or int(self.knobs["token-lifetime"])
        token: dict[str, Any] = {"authorization_details": details} if details else {}
        token |= {
            "scope": " ".join(scopes),
            "iss": self.issuer.name,
            "client_amr": "virksomhetssertifikat" if client.with_certificate else "private_key_jwt",
            "token_type": "Bearer",
            "exp": issued + lifetime,
            "iat": issued,
            "client_id": client.client_id,
            "jti": secrets.token_urlsafe(32),
            "consumer": party(consumer),
        }
        if consumer != client.owner:
            token |= {"supplier": party(client.owner), "delegation_source": "https://tt02.altinn.no/"}
        audience = self._audience(claims)
        if audience is not None:
            token["aud"] = audience
        if "pid" in claims:
            token["pid"] = str(claims["pid"])
        return {
            "access_token": self.issuer.signed(token),
            "token_type": "Bearer",
            "expires_in": lifetime - 1,
            "scope": " ".join(scopes),
        }

    def _audience(self, claims: Mapping[str, Any]) -> object:
        if "resource" not in claims:
            return "unspecified" if self.knobs["token-audience"] == "unspecified" else None
        resource = claims["resource"]
        if isinstance(resource, str) and self.knobs["resource-form"] == "array":
            raise MALFORMED
        names = [resource] if isinstance(resource, str) else resource
        if not isinstance(names, list) or not all(isinstance(name, str) and "#" not in name for name in names):
            raise Refusal("invalid_target", "Invalid resource")
        return names[0] if len(names) == 1 else names


def _parsed(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header, payload, _ = assertion.split(".")
        parts = [json.loads(_decoded(part)) for part in (header, payload)]
    except (ValueError, RecursionError) as error:
        raise MALFORMED from error
    if not all(isinstance(part, dict) for part in parts):
        raise MALFORMED
    return parts[0], parts[1]


def _decoded(part: str) -> bytes:
    return base64.b64decode((part + "=" * (-len(part) % 4)).encode(), altchars=b"-_", validate=True)


def _ensure_signed(assertion: str, key: RSAKey) -> None:
    """With any of the algorithms: nothing says that the `alg` a key was registered with is binding."""
    public = key.as_dict(private=False)
    key = RSAKey.import_key({name: public[name] for name in ("kty", "n", "e")})
    try:
        jws.deserialize_compact(assertion, key, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError) as error:
        raise Refusal("invalid_grant", f"{AUTHENTICATION} Invalid JWT signature.", "MP-124") from error


def _is_number(value: object) -> TypeIs[float]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value == value  # excludes NaN, which Python accepts in JSON
