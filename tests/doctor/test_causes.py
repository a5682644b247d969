"""Every cause of the catalogue, provoked against the simulator, is named by the doctor."""

import base64
import contextlib
import datetime
import json
import re
import socket
import ssl
import threading
import time

import httpx
import jwt
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from harness.auth.grant import Subject, grant_claims, sign_grant
from harness.auth.keys import generate_key
from harness.auth.maskinporten import MaskinportenClient, TokenRefusedError
from harness.doctor.catalogue import Symptom, cause_of, entries
from harness.doctor.chain import examine
from harness.http.connection import open_client
from harness.targets.model import Target
from harness.targets.profiles import known_apis
from tests.certificates import server_behind
from tests.troubled import (
    Behind,
    TroubledProxy,
    altered,
    answer,
    babble,
    closed_port,
    cut_short,
    deaf,
    drip,
    hang_up,
    on,
    page,
    pass_on,
    raw,
    rewritten,
    stall,
    twice,
)

API = "kravogbetalinger"
SCOPE = "skatteetaten:kravogbetalinger"
VENDOR, STRANGER, CUSTOMER = "312345676", "219001002", "312987651"
METADATA, TOKEN, CALL = ".well-known", "/token", f"/{API}/v1"


def changed(target: Target, *, maskinporten=None, access=None, api=None, **fields) -> Target:
    """The target with fields replaced, bypassing the validation of the file; one way in, to be quick."""
    issuer = target.maskinporten.model_copy(update=maskinporten or {})
    known = target.apis[API]
    ways = known.access if access is None else access
    one = known.model_copy(update={"access": {name: ways[name] for name in list(ways)[-1:]}} | (api or {}))
    return target.model_copy(update={"maskinporten": issuer, "apis": {API: one}} | fields)


class Bench:
    """What a provocation works with."""

    def __init__(self, behind: Behind, folder) -> None:
        self.behind, self.folder, self.target = behind, folder, behind.target
        self.proxy = behind.proxy
        self.stack = contextlib.ExitStack()
        self.upstream = f"http://127.0.0.1:{behind.proxy.upstream[1]}"

    def ask(self, path: str, body: object) -> dict:
        return httpx.post(f"{self.upstream}/maskinporten{path}", json=body).raise_for_status().json()

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return f"file:{self.folder / name}"

    def key_file(self, key=None) -> str:
        return self.file("key.pem", pem(key or generate_key().private))

    def client(self, *, key=None, days_old: int = 0, **fields) -> dict:
        """A new client with its own key, as fields of the target."""
        signing = key or generate_key()
        jwk = dict(signing.public_jwk) | {"days_old": days_old}
        made = self.ask("/clients", {"owner": VENDOR, "scopes": [SCOPE], "keys": [jwk]} | fields)
        return self.fields(made["client_id"], kid=signing.kid, key=self.key_file(signing.private))

    def fields(self, client_id: str, **more) -> dict:
        return {"client_id": client_id, "registration": None, "kid": None} | more

    def certified(self, owner: str = VENDOR) -> tuple[dict, list[str]]:
        """A client that signs with a certificate of its owner."""
        key = generate_key()
        asked = {"owner": owner, "scopes": [SCOPE], "with_certificate": True, "certify": dict(key.public_jwk)}
        made = self.ask("/clients", asked)
        chain = "".join(_pem_certificate(each) for each in made["x5c"]).encode()
        return self.fields(
            made["client_id"], key=self.key_file(key.private), certificate=self.file("chain.pem", chain)
        ), made["x5c"]

    def consent(self, **change) -> dict:
        """The ways in with one consent changed."""
        organisation = self.target.apis[API].organisations[0]
        finans = self.target.apis[API].access["finans"]
        self.ask(f"/consents/{finans.consents[organisation]}", change)
        return {"finans": finans.model_copy(update={"consents": {organisation: finans.consents[organisation]}})}

    def refused(self, **claims) -> Target | Symptom:
        """How Maskinporten answers a grant that no correct client sends."""
        fields = self.client()
        configured = changed(self.target, maskinporten=fields).maskinporten
        with open_client(self.target) as http:
            client = MaskinportenClient(configured, http)
            made = grant_claims(
                Subject(SCOPE), issuer=client.issuer, client_id=configured.client_id, now=int(time.time())
            )
            grant_type = claims.pop("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            algorithm = claims.pop("algorithm", "RS256")
            merged = made | claims
            signed = sign_grant(merged, client.signing_key())
            if algorithm != "RS256":
                signed = jwt.encode(
                    merged, client.signing_key().private, algorithm=algorithm, headers={"kid": configured.kid}
                )
            with pytest.raises(TokenRefusedError) as caught:
                client.send(signed, grant_type)
        return Symptom(text=f"{caught.value.error}: {caught.value.description}", code=caught.value.code)


def pem(key, password: bytes | None = None) -> bytes:
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def _pem_certificate(x5c: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{x5c}\n-----END CERTIFICATE-----\n"


def self_signed(key, days: int = 1) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, VENDOR)])
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    start, end = sorted([now - datetime.timedelta(days=9), now + datetime.timedelta(days=days)])
    return built.not_valid_before(start).not_valid_after(end).sign(key, hashes.SHA256())


# Each takes a bench and returns the target to examine (or the symptom that it provoked).


def network(where: str, trouble):
    def provoke(bench: Bench):
        bench.proxy.plan = on(where, trouble)
        return changed(bench.target)

    return provoke


def tls(certificate: trustme.LeafCert, *, trusted: bool = True):
    def provoke(bench: Bench):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        proxy = TroubledProxy(tls=context)
        AUTHORITY.cert_pem.write_to_path(str(bench.folder / "ca.pem"))
        return changed(bench.target, maskinporten={"issuer": f"{proxy.url}/"}, ca_bundle=str(bench.folder / "ca.pem"))

    return provoke


def of_no_authority(bench: Bench):
    """Signed by a certificate that says it is not an authority: every version of Python refuses it."""
    context, authority = server_behind(bench.folder, without="authority")
    proxy = TroubledProxy(tls=context)
    return changed(bench.target, maskinporten={"issuer": f"{proxy.url}/"}, ca_bundle=str(authority))


def issuer_at(url) -> object:
    return lambda bench: changed(bench.target, maskinporten={"issuer": url(bench) if callable(url) else url})


def plain_to_tls(bench: Bench):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    proxy = TroubledProxy(tls=context)
    return changed(bench.target, maskinporten={"issuer": proxy.url.replace("https:", "http:") + "/"})


def babbling_tls(bench: Bench):
    """Neither TLS nor HTTP."""
    listening = bench.stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def answer_all() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(1)
                    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    threading.Thread(target=answer_all, daemon=True).start()
    return changed(bench.target, maskinporten={"issuer": f"https://127.0.0.1:{listening.getsockname()[1]}/"})


def openid_only(bench: Bench):
    """As ID-porten does it."""
    known = json.dumps({"issuer": bench.target.maskinporten.issuer, "authorization_endpoint": "x"}).encode()

    def plan(asked):
        if "openid-configuration" in asked.path:
            return answer(200, known)
        return answer(404, b"{}") if METADATA in asked.path else pass_on

    bench.proxy.plan = plan
    return changed(bench.target)


def deaf_issuer(bench: Bench):
    port = bench.stack.enter_context(deaf())
    return changed(bench.target, maskinporten={"issuer": f"http://127.0.0.1:{port}/"})


def through_proxy(trouble):
    def provoke(bench: Bench):
        bench.proxy.plan = lambda asked: trouble
        return changed(bench.target, maskinporten={"issuer": "https://localhost:1/"}, proxy=bench.proxy.url)

    return provoke


def metadata(**members):
    def alter(body: bytes) -> bytes:
        found = json.loads(body) | members
        return json.dumps({name: value for name, value in found.items() if value is not None}).encode()

    return network(METADATA, altered(alter))


def dated(seconds: int):
    """The issuer's clock as its Date header shows it."""

    def provoke(bench: Bench):
        when = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
        date = when.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()

        def give(proxy, connection, asked):
            connection.sendall(re.sub(rb"(?i)date: [^\r\n]*", b"Date: " + date, proxy.fetched(asked.octets)))

        bench.proxy.plan = on(METADATA, give)
        return changed(bench.target)

    return provoke


def key(content=None, source: str | None = None, **fields):
    def provoke(bench: Bench):
        given = source or bench.file("key", content)
        return changed(bench.target, maskinporten={"registration": None, "kid": "k", "key": given} | fields)

    return provoke


def own_client(**fields):
    return lambda bench: changed(bench.target, maskinporten=bench.client(**fields))


def with_client(more):
    return lambda bench: changed(bench.target, maskinporten=bench.client() | more)


def grant(**claims):
    return lambda bench: bench.refused(**claims)


def replayed(bench: Bench):
    bench.proxy.plan = on(TOKEN, twice)
    return changed(bench.target)


def garbled(bench: Bench):
    bench.proxy.plan = on(TOKEN, rewritten(body=lambda body: body.replace(b"assertion=", b"assertion=%0A")))
    return changed(bench.target)


def other_certificate(bench: Bench):
    fields, _ = bench.certified()
    stranger, _ = bench.certified(STRANGER)
    return changed(bench.target, maskinporten=stranger | {"client_id": fields["client_id"]})


def unknown_authority(bench: Bench):
    fields, _ = bench.certified()
    own = generate_key().private
    chain = self_signed(own).public_bytes(serialization.Encoding.PEM)
    more = {"key": bench.key_file(own), "certificate": bench.file("chain.pem", chain)}
    return changed(bench.target, maskinporten=fields | more)


def bare_chain(bench: Bench):
    """x5c as a string, as an overzealous proxy would make it."""
    fields, _ = bench.certified()

    def alter(body: bytes) -> bytes:
        found = re.search(rb"assertion=([\w-]+)\.", body)
        header = json.loads(base64.urlsafe_b64decode(found[1] + b"=="))
        bare = base64.urlsafe_b64encode(json.dumps(header | {"x5c": header["x5c"][0]}).encode()).rstrip(b"=")
        return body.replace(found[1], bare)

    bench.proxy.plan = on(TOKEN, rewritten(body=alter))
    return changed(bench.target, maskinporten=fields)


def wrong_key(bench: Bench):
    fields = bench.client()
    return changed(bench.target, maskinporten=fields | {"key": bench.key_file(generate_key().private)})


def chain_for_registered_key(bench: Bench):
    fields = bench.client()
    own = generate_key().private
    chain = self_signed(own).public_bytes(serialization.Encoding.PEM)
    more = {"kid": None, "key": bench.key_file(own), "certificate": bench.file("chain.pem", chain)}
    return changed(bench.target, maskinporten=fields | more)


def consent(**change):
    def provoke(bench: Bench):
        return changed(bench.target, access=bench.consent(**change))

    return provoke


def consents(of, identifier=lambda bench: "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10"):
    def provoke(bench: Bench):
        finans = bench.target.apis[API].access["finans"]
        return changed(
            bench.target, access={"finans": finans.model_copy(update={"consents": {of(bench): identifier(bench)}})}
        )

    return provoke


def first(bench: Bench) -> str:
    return bench.target.apis[API].organisations[0]


def of_another(bench: Bench) -> str:
    return bench.target.apis[API].access["finans"].consents[bench.target.apis[API].organisations[1]]


def customers(**fields):
    def provoke(bench: Bench):
        way = bench.target.apis[API].access["regnskapssystem"]
        return changed(bench.target, access={"regnskapssystem": way.model_copy(update=fields)})

    return provoke


def printing(claims, kind="finans"):
    """A program that prints a token with chosen claims, signed by the issuer."""

    def provoke(bench: Bench):
        with open_client(bench.target) as http:
            client = MaskinportenClient(bench.target.maskinporten, http)
            minted = client.mint(bench.target.maskinporten.mint, client.token(Subject(SCOPE)), claims(bench))
        way = bench.target.apis[API].access[kind]
        return changed(bench.target, access={kind: way.model_copy(update={"consent_command": ("echo", minted)})})

    return provoke


def minted(**claims):
    """The issuer answers with a token other than the one requested."""

    def provoke(bench: Bench):
        def alter(body: bytes) -> bytes:
            members = json.loads(body)
            answer = httpx.post(
                f"{bench.upstream}/maskinporten/mint", json={"token": members["access_token"], "claims": claims}
            )
            return json.dumps(members | answer.json()).encode()

        bench.proxy.plan = on(TOKEN, altered(alter))
        return changed(bench.target)

    return provoke


def token_response(**members):
    return network(TOKEN, altered(lambda body: json.dumps(json.loads(body) | members).encode()))


def called(trouble):
    return network(CALL, trouble)


def kode(status: int, name: str):
    return called(answer(status, json.dumps({"kode": name, "melding": "x", "korrelasjonsid": "y"}).encode()))


def header(name: str, value: str):
    pattern = re.compile(rb"(?i)\r\n" + name.encode() + rb": [^\r\n]*")
    return called(rewritten(head=lambda head: pattern.sub(f"\r\n{name}: {value}".encode(), head)))


def plain_token_for(way: str):
    def provoke(bench: Bench):
        access = bench.target.apis[API].access[way].model_copy(update={"kind": "token"})
        return changed(bench.target, access={way: access})

    return provoke


def consent_of(giver: str, to: str):
    return [
        {
            "type": "urn:altinn:consent",
            "id": "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10",
            "from": f"urn:altinn:organization:identifier-no:{giver}",
            "to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{to}"},
            "validTo": "2099-01-01T00:00:00+00:00",
        }
    ]


AUTHORITY = trustme.CA()
YESTERDAY = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
TOMORROW = YESTERDAY + datetime.timedelta(days=2)
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = RSA_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
P12 = pkcs12.serialize_key_and_certificates(
    b"x", RSA_KEY, self_signed(RSA_KEY), None, serialization.BestAvailableEncryption(b"right")
)
OTHER_DETAILS = {"type": "urn:altinn:other"}
CHAIN = self_signed(RSA_KEY, -1).public_bytes(serialization.Encoding.PEM)


def chained(chain: bytes, private=RSA_KEY):
    def provoke(bench: Bench):
        more = {"key": bench.key_file(private), "certificate": bench.file("chain.pem", chain)}
        return changed(bench.target, maskinporten={"registration": None, "kid": None} | more)

    return provoke


PROVOCATIONS = {
    "dns": lambda bench: changed(bench.target, maskinporten={"issuer": "https://issuer.invalid/"}, profile="test"),
    "proxy-dead": lambda bench: changed(bench.target, proxy=f"http://127.0.0.1:{closed_port()}"),
    "plain-to-tls": plain_to_tls,
    "tls-to-plain": issuer_at(lambda bench: f"https://127.0.0.1:{bench.proxy.upstream[1]}/"),
    "refused": issuer_at(lambda bench: f"http://127.0.0.1:{closed_port()}/"),
    "connect-timeout": deaf_issuer,
    "read-timeout": network(METADATA, stall),
    "total-timeout": called(drip),
    "reset": network(METADATA, hang_up),
    "cut-short": network(METADATA, cut_short),
    "too-large": network(METADATA, raw(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1_500 + b"\r\n")),
    "no-http": network(METADATA, babble),
    "tls-expired": tls(AUTHORITY.issue_cert("127.0.0.1", not_after=YESTERDAY)),
    "tls-not-yet-valid": tls(AUTHORITY.issue_cert("127.0.0.1", not_before=TOMORROW)),
    "tls-wrong-host": tls(AUTHORITY.issue_cert("other.example.test")),
    "tls-unknown-ca": tls(trustme.CA().issue_cert("127.0.0.1")),
    "tls-strict": of_no_authority,
    "tls-handshake": babbling_tls,
    "proxy-login": through_proxy(answer(407)),
    "proxy": through_proxy(answer(403)),
    "busy": called(answer(503)),
    "gateway-page": called(page(200)),
    "no-way-in": lambda bench: changed(bench.target, access={}),
    "nobody-to-ask": lambda bench: changed(bench.target, api={"organisations": ()}),
    "nobody-behind-the-way-in": lambda bench: changed(
        bench.target, access={"finans": bench.target.apis[API].access["finans"].model_copy(update={"consents": {}})}
    ),
    "held-back": issuer_at("http://issuer.example.test/"),
    "issuer-is-api": issuer_at(lambda bench: bench.target.apis[API].base_url),
    "issuer-openid-only": openid_only,
    "metadata-not-found": issuer_at(lambda bench: f"{bench.proxy.url}/elsewhere/"),
    "metadata-refused": network(METADATA, page(403)),
    "issuer-down": network(METADATA, page(503)),
    "issuer-busy": network(METADATA, answer(429)),
    "metadata-no-json": network(METADATA, page(200)),
    "metadata-incomplete": metadata(token_endpoint=None),
    "metadata-other-issuer": issuer_at(lambda bench: f"{bench.proxy.url}/maskinporten"),
    "metadata-other-host": metadata(token_endpoint="http://localhost:1/token"),
    "token-endpoint-no-json": network(TOKEN, page(403)),
    "clock-ahead": dated(-60),
    "clock-behind": dated(60),
    "key-not-set": key(source="env:NOT_SET_ANYWHERE"),
    "key-file": key(source="file:/nowhere/key.pem"),
    "key-keyring": key(source="keyring:nothing/here"),
    "key-not-rsa": key(pem(ec.generate_private_key(ec.SECP256R1()))),
    "key-short": key(pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))),
    "key-public": key(PUBLIC),
    "key-garbled": key(pem(RSA_KEY)[:200]),
    "key-password": key(P12),
    "key-unnamed": key(pem(RSA_KEY), kid=None),
    "certificate-expired": chained(CHAIN),
    "certificate-other-key": chained(CHAIN, generate_key().private),
    "mp-011": garbled,
    "unknown-claim": grant(sub="x"),
    "consumer-org-own": with_client({"consumer_org": VENDOR}),
    "mp-012": replayed,
    "mp-100": with_client({"client_id": "0b9f4c1e-2d34-4a55-8f60-7a1b2c3d4e5f"}),
    "mp-110": grant(aud="https://test.maskinporten.no"),
    "mp-120": unknown_authority,
    "mp-121": own_client(days_old=366),
    "mp-122": other_certificate,
    "mp-123": bare_chain,
    "mp-124": wrong_key,
    "unknown-kid": with_client({"kid": "another"}),
    "kid-needed": chain_for_registered_key,
    "algorithm": grant(algorithm="PS256"),
    "mp-130": grant(iat=1_700_000_000, exp=1_700_000_100),
    "future": grant(iat=int(time.time()) + 3600, exp=int(time.time()) + 3700),
    "too-long": grant(exp=int(time.time()) + 3600),
    "mp-200": own_client(scopes=["skatteetaten:another"]),
    "mp-201": own_client(integration_type="idporten"),
    "mp-250": own_client(owner=STRANGER),
    "mp-251": with_client({"consumer_org": STRANGER}),
    "mp-301": grant(authorization_details=[OTHER_DETAILS]),
    "mp-302": grant(authorization_details=[{"type": "urn:altinn:consent", "id": "x", "from": "y", "extra": 1}]),
    "mp-303": customers(external_ref="another"),
    "invalid-target": grant(resource=["https://api.example.test/#part"]),
    "grant-type": grant(grant_type="authorization_code"),
    "am-00001": consents(first),
    "am-00011": consent(status="Revoked"),
    "am-00012": consents(first, of_another),
    "am-00013": consent(valid_to="2020-01-01T00:00:00+00:00"),
    "am-00014": consent(status="Created"),
    "consent-command": lambda bench: changed(
        bench.target,
        access={"finans": bench.target.apis[API].access["finans"].model_copy(update={"consent_command": ("false",)})},
    ),
    "token-no-jwt": token_response(access_token="opaque"),
    "token-other-issuer": minted(iss="https://ver2.maskinporten.no/"),
    "token-without-scope": minted(scope="skatteetaten:another"),
    "token-other-consumer": minted(consumer={"authority": "iso6523-actorid-upis", "ID": f"0192:{STRANGER}"}),
    "lifetime-short": own_client(token_lifetime=11),
    "no-consent-in-token": printing(lambda bench: {}),
    "consent-to-other": printing(lambda bench: {"authorization_details": consent_of(first(bench), STRANGER)}),
    "no-system-user-in-token": printing(lambda bench: {}, "regnskapssystem"),
    "call-another-api": lambda bench: changed(
        bench.target, api={"base_url": bench.target.apis["utleggsbegjaering"].base_url}
    ),
    "call-unknown-instance": called(answer(404, b"Unknown instance. ID=4711", "text/plain")),
    "call-redirect": called(answer(302, Location="https://elsewhere.example.test/")),
    "call-401": called(answer(401)),
    "call-403": called(page(403)),
    "call-404": called(answer(404, b"NOT FOUND", "text/plain")),
    "call-500": called(page(500)),
    "call-unlike-the-api": called(answer(999, b"{}")),
    "KB-001": kode(500, "KB-001"),
    "KB-002": kode(500, "KB-002"),
    "KB-003": lambda bench: changed(bench.target, api={"base_url": f"{bench.target.apis[API].base_url}/v1"}),
    "KB-004": header("Authorization", "Bearer x.y.z"),
    "KB-005": plain_token_for("finans"),
    "KB-006": lambda bench: changed(bench.target, api={"organisations": ("313367003",)}),
    "KB-008": header("Accept", "text/html"),
    "DAS-001": kode(500, "DAS-001"),
    "DAS-002": kode(404, "DAS-002"),
    "DAS-003": kode(500, "DAS-003"),
    "DAS-004": kode(500, "DAS-004"),
    "DAS-005": kode(500, "DAS-005"),
    "DAS-006": kode(500, "DAS-006"),
    "DAS-007": kode(500, "DAS-007"),
    "DAS-008": plain_token_for("regnskapssystem"),
}

NOT_PROVOKED = {
    "unreachable": "loopback is always reachable",
    "tls-certificate": "no certificate is revoked where nobody asks for lists of revoked ones",
    "am-00000": "the simulator has no client that may not use a consent it can name",
}


@pytest.fixture
def bench(behind, tmp_path):
    bench = Bench(behind, tmp_path)
    with bench.stack:
        yield bench
    behind.proxy.reset()
    organisation = first(bench)
    healthy = {"status": "Accepted", "valid_to": "2099-01-01T00:00:00+00:00"}
    bench.ask(f"/consents/{bench.target.apis[API].access['finans'].consents[organisation]}", healthy)


IMPATIENT = {"connect-timeout": {"connect": 1.0}, "read-timeout": {"read": 0.5}, "total-timeout": {"total": 0.8}}
"""Only where the cause is a timeout is one short: a slow machine takes its time for everything else."""


@pytest.mark.parametrize("cause", PROVOCATIONS)
def test_the_doctor_names_the_cause(bench, cause):
    provoked = PROVOCATIONS[cause](bench)
    if cause in IMPATIENT:
        timeouts = provoked.timeouts.model_copy(update=IMPATIENT[cause])
        provoked = provoked.model_copy(update={"timeouts": timeouts})

    if isinstance(provoked, Symptom):
        found = [(cause_of(provoked) or provoked).id]
    else:
        report = examine(provoked)
        found = [step.cause.id if step.cause else f"unknown: {step.detail}" for step in report.failed]

    assert found[:1] == [cause], found


def test_every_cause_of_the_catalogue_is_provoked_or_says_why_not():
    """Causes that occur elsewhere, in Altinn's own services, are looked up by code."""
    catalogued = {name for name, entry in entries().items() if not entry.elsewhere}
    catalogued |= {name for known in known_apis().values() for name in known.causes}

    assert catalogued == PROVOCATIONS.keys() | NOT_PROVOKED.keys()
    assert len(PROVOCATIONS) >= 45


def test_a_healthy_chain_is_healthy(bench):
    report = examine(bench.target)

    assert [(step.name, step.detail) for step in report.failed] == []
    assert len([step for step in report.steps if step.state == "ok"]) > 15


def test_what_depends_on_a_broken_link_is_skipped(bench):
    bench.proxy.plan = on(TOKEN, page(403))

    steps = {step.name: step.state for step in examine(changed(bench.target)).steps}

    assert steps == {
        "metadata": "ok",
        "clock": "ok",
        "key": "ok",
        "grant": "ok",
        "token": "failed",
        "claims": "skipped",
        "lifetime": "skipped",
        f"{API} lovfestetrevisjon: token": "skipped",  # for the same reason: a cause is reported once
        f"{API} lovfestetrevisjon: call": "skipped",
    }


def test_a_report_holds_no_secret(bench):
    report = json.dumps(examine(bench.target).as_dict())

    sent = [asked.body.decode() for asked in bench.proxy.asked] + [
        asked.header("Authorization") for asked in bench.proxy.asked
    ]
    secrets = [match for text in sent for match in re.findall(r"eyJ[\w-]+\.[\w-]+\.([\w-]+)", text)]
    assert len(secrets) > 5
    assert [secret for secret in secrets if secret in report] == []
