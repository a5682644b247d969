"""Which forms of an identifier the guard sees: forms that real programs produce, and forms that cannot be seen.

The identifiers belong to nobody: check digits are valid, and none was looked up in a register.
"""

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote, urlencode

import jwt
import pytest

from harness.exchange import Request
from harness.http.guard import Guard, HeldBackError
from harness.targets.model import Target

HOST = "https://api.example.test"
SECRET = "a secret that is long enough for HS256"
TARGET = Target.model_validate(
    {
        "profile": "test",
        "maskinporten": {"issuer": "https://issuer.example.test/", "client_id": "c", "key": "env:K", "kid": "k"},
        "apis": {"x": {"base_url": f"{HOST}/v1", "scope": "s"}},
    }
)

IDENTIFIERS = {
    "organisation": "987654325",
    "birth number": "15108695088",
    "D-number": "55108695098",
    "number of 2032": "30108299939",
}
SYNTHETIC = {"organisation": "313367002", "birth number": "14838290095"}


def dressed(number: str, digits: str) -> str:
    return number.translate({ord("0") + digit: sign for digit, sign in enumerate(digits)})


def get(path: str = "/v1", **headers: str) -> Request:
    return Request("GET", HOST + path, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


def post(body: str | bytes, content_type: str = "application/json", **headers: str) -> Request:
    octets = body if isinstance(body, bytes) else body.encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request("POST", f"{HOST}/v1", (("Content-Type", content_type), *named), octets)


def grouped(number: str, between: str) -> str:
    """In groups of three, or the date before the number."""
    parts = [number[:3], number[3:6], number[6:]] if len(number) == 9 else [number[:6], number[6:]]
    return between.join(parts)


def other_digits(number: str, zero: int) -> str:
    return number.translate({ord("0") + digit: zero + digit for digit in range(10)})


def percent(text: str) -> str:
    return "".join(f"%{octet:02X}" for octet in text.encode())


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


def entities(text: str, form: str = "&#{};") -> str:
    return "".join(form.format(ord(sign)) for sign in text)


def token(**claims: object) -> str:
    return jwt.encode(claims, SECRET, algorithm="HS256")


def multipart(number: str, encode: Callable[[str], str] = str, head: str = "") -> Request:
    body = f'--b\r\nContent-Disposition: form-data; name="part"\r\n{head}\r\n{encode(number)}\r\n--b--\r\n'
    return post(body, "multipart/form-data; boundary=b")


def zipped(number: str) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("innhold.xml", f"<a>{number}</a>")
    return octets.getvalue()


def raw_deflate(text: str) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text.encode()) + packer.flush()


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def detail(number: str, kind: str = "urn:altinn:consent") -> dict[str, object]:
    return {"type": kind, "from": f"urn:altinn:organization:identifier-no:{number}", "id": "x"}


FORMS: dict[str, Callable[[str], Request]] = {
    "path": lambda n: get(f"/v1/{n}/krav"),
    "path, at its end": lambda n: get(f"/v1/{n}"),
    "path, percent-encoded": lambda n: get(f"/v1/{percent(n)}"),
    "path, encoded twice": lambda n: get(f"/v1/{quote(percent(n))}"),
    "path, encoded three times": lambda n: get(f"/v1/{quote(quote(percent(n)))}"),
    "path, one digit encoded": lambda n: get(f"/v1/{n[:4]}{percent(n[4])}{n[5:]}"),
    "path, grouped": lambda n: get(f"/v1/{grouped(n, '%20')}"),
    "path, with a matrix parameter": lambda n: get(f"/v1/krav;part={n}"),
    "path, in base64": lambda n: get(f"/v1/{base64.urlsafe_b64encode(f'part:{n}'.encode()).decode()}"),
    "query": lambda n: get(f"/v1?part={n}&x=1"),
    "query, as a name": lambda n: get(f"/v1?{n}"),
    "query, with plus signs": lambda n: get(f"/v1?part={grouped(n, '+')}"),
    "query, with an encoded slash": lambda n: get(f"/v1?part={grouped(n, '%2F')}"),
    "query, with encoded no-break spaces": lambda n: get(f"/v1?part={quote(grouped(n, chr(0xA0)))}"),
    "query, JSON": lambda n: get(f"/v1?q={quote(json.dumps({'part': n}))}"),
    "query, in base64": lambda n: get(f"/v1?q={quote(b64(json.dumps({'part': n})))}"),
    "query, full width": lambda n: get(f"/v1?part={quote(other_digits(n, 0xFF10))}"),
    "fragment": lambda n: get(f"/v1#{n}"),
    "header": lambda n: get(X_Part=n),
    "header, percent-encoded": lambda n: get(X_Part=percent(n)),
    "header, grouped": lambda n: get(X_Part=grouped(n, " ")),
    "header, in base64": lambda n: get(X_Part=b64(n)),
    "header, JSON": lambda n: get(X_Context=json.dumps({"part": n})),
    "header's name": lambda n: get(**{f"X-Part-{n}": "1"}),
    "User-Agent": lambda n: get(User_Agent=f"fagsystem/1.0 (kunde {n})"),
    "Referer": lambda n: get(Referer=f"https://fagsystem.example.test/kunder/{n}"),
    "Accept": lambda n: get(Accept=f"application/json; part={n}"),
    "Cookie": lambda n: get(Cookie=f"kunde={n}"),
    "Basic credentials": lambda n: get(Authorization=f"Basic {b64(f'{n}:passord')}"),
    "Basic credentials, as the password": lambda n: get(Authorization=f"Basic {b64(f'bruker:{n}')}"),
    "opaque credentials": lambda n: get(Authorization=f"Bearer kunde-{n}"),
    "token's consent": lambda n: get(Authorization=f"Bearer {token(authorization_details=[detail(n)])}"),
    "token's system user": lambda n: get(
        Authorization=f"Bearer {token(authorization_details=[{'systemuser_org': {'ID': f'0192:{n}'}}])}"
    ),
    "token's person": lambda n: get(Authorization=f"Bearer {token(pid=n)}"),
    "token's subject": lambda n: get(Authorization=f"Bearer {token(sub=n)}"),
    "token's claim of another name": lambda n: get(Authorization=f"Bearer {token(kunde={'orgnr': n})}"),
    "token's integer": lambda n: get(Authorization=f"Bearer {token(kunde=int(n))}"),
    "consent token of Altinn 2": lambda n: get(AltinnSamtykke=token(OfferedBy=n, CoveredBy="313367002")),
    "token in a token": lambda n: get(Authorization=f"Bearer {token(act=token(sub=n))}"),
    "grant": lambda n: post(urlencode({"assertion": token(authorization_details=[detail(n)])})),
    "grant's consumer": lambda n: post(urlencode({"assertion": token(consumer_org=n)})),
    "grant, glued": lambda n: post(f"x_assertion={token(consumer_org=n)}."),
    "JSON text": lambda n: post(json.dumps({"a": [{"partIdentifikator": n}]})),
    "JSON number": lambda n: post(json.dumps({"a": int(n)})),
    "JSON number, as a fraction": lambda n: post(f'{{"a": {n}.0}}'),
    "JSON number with an exponent": lambda n: post(f'{{"a": {n[0]}.{n[1:]}e{len(n) - 1}}}'),
    "JSON member's name": lambda n: post(json.dumps({n: 1})),
    "JSON, escaped": lambda n: post(json.dumps({"a": n}).replace(n, escaped(n))),
    "JSON, one digit escaped": lambda n: post(json.dumps({"a": n}).replace(n, f"{n[:3]}{escaped(n[3])}{n[4:]}")),
    "JSON in JSON": lambda n: post(json.dumps({"a": json.dumps({"b": n})})),
    "JSON in JSON in JSON": lambda n: post(json.dumps(json.dumps(json.dumps({"b": n})))),
    "JSON in JSON, escaped": lambda n: post(json.dumps({"a": json.dumps({"b": n}).replace(n, escaped(n))})),
    "JSON, grouped by spaces": lambda n: post(json.dumps({"a": grouped(n, " ")})),
    "JSON, grouped by no-break spaces": lambda n: post(json.dumps({"a": grouped(n, "\u00a0")}, ensure_ascii=False)),
    "JSON, grouped by escaped no-break spaces": lambda n: post(json.dumps({"a": grouped(n, "\u00a0")})),
    "JSON, grouped by thin spaces": lambda n: post(json.dumps({"a": grouped(n, "\u2009")})),
    "JSON, grouped by narrow spaces": lambda n: post(json.dumps({"a": grouped(n, "\u202f")})),
    "JSON, grouped by hyphens": lambda n: post(json.dumps({"a": grouped(n, "-")})),
    "JSON, grouped by dashes": lambda n: post(json.dumps({"a": grouped(n, "\u2013")})),
    "JSON, grouped by underscores": lambda n: post(json.dumps({"a": grouped(n, "_")})),
    "JSON, grouped by slashes": lambda n: post(json.dumps({"a": grouped(n, "/")})),
    "JSON, grouped by dots": lambda n: post(json.dumps({"a": grouped(n, ".")})),
    "JSON, grouped by two spaces": lambda n: post(json.dumps({"a": grouped(n, "  ")})),
    "JSON, with zero width": lambda n: post(json.dumps({"a": grouped(n, "\u200b")}, ensure_ascii=False)),
    "JSON, with soft hyphens": lambda n: post(json.dumps({"a": grouped(n, "\u00ad")}, ensure_ascii=False)),
    "JSON, each digit by itself": lambda n: post(json.dumps({"a": " ".join(n)})),
    "JSON, full width": lambda n: post(json.dumps({"a": other_digits(n, 0xFF10)}, ensure_ascii=False)),
    "JSON, full width and escaped": lambda n: post(json.dumps({"a": other_digits(n, 0xFF10)})),
    "JSON, Arabic-Indic": lambda n: post(json.dumps({"a": other_digits(n, 0x660)}, ensure_ascii=False)),
    "JSON, Devanagari": lambda n: post(json.dumps({"a": other_digits(n, 0x966)}, ensure_ascii=False)),
    "JSON, mathematical": lambda n: post(json.dumps({"a": other_digits(n, 0x1D7CE)}, ensure_ascii=False)),
    "JSON, raised": lambda n: post(
        json.dumps({"a": dressed(n, "\u2070\xb9\xb2\xb3\u2074\u2075\u2076\u2077\u2078\u2079")})
    ),
    "JSON, circled": lambda n: post(
        json.dumps({"a": dressed(n, "\u24ea\u2460\u2461\u2462\u2463\u2464\u2465\u2466\u2467\u2468")})
    ),
    "JSON, black circled": lambda n: post(
        json.dumps({"a": dressed(n, "\u24ff\u2776\u2777\u2778\u2779\u277a\u277b\u277c\u277d\u277e")})
    ),
    "JSON, Ethiopic": lambda n: post(
        json.dumps({"a": dressed(n, "0\u1369\u136a\u136b\u136c\u136d\u136e\u136f\u1370\u1371")})
    ),
    "JSON, as keys": lambda n: post(json.dumps({"a": "".join(f"{digit}\ufe0f\u20e3" for digit in n)})),
    "JSON, in base64": lambda n: post(json.dumps({"a": b64(f"<a>{n}</a>")})),
    "JSON, in base64 without its end": lambda n: post(json.dumps({"a": b64(n).rstrip("=")})),
    "JSON, in base64 twice": lambda n: post(json.dumps({"a": b64(b64(n))})),
    "JSON, percent-encoded": lambda n: post(json.dumps({"a": f"/part/{percent(n)}"})),
    "JSON, in a URN": lambda n: post(json.dumps({"a": f"urn:altinn:organization:identifier-no:{n}"})),
    "JSON, with an agency's code": lambda n: post(json.dumps({"a": f"0192:{n}"})),
    "JSON, in a sentence": lambda n: post(json.dumps({"a": f"Gjelder {n}."})),
    "JSON, as a VAT number": lambda n: post(json.dumps({"a": f"NO{n}MVA"})),
    "JSON in UTF-16": lambda n: post(json.dumps({"a": n}).encode("utf-16")),
    "JSON in UTF-16, little end first": lambda n: post(json.dumps({"a": n}).encode("utf-16-le")),
    "JSON in UTF-16, big end first": lambda n: post(json.dumps({"a": n}).encode("utf-16-be")),
    "JSON in UTF-32": lambda n: post(json.dumps({"a": n}).encode("utf-32")),
    "JSON in gzip": lambda n: post(gzip.compress(json.dumps({"a": n}).encode()), Content_Encoding="gzip"),
    "JSON in deflate": lambda n: post(zlib.compress(json.dumps({"a": n}).encode()), Content_Encoding="deflate"),
    "JSON in raw deflate": lambda n: post(raw_deflate(json.dumps({"a": n})), Content_Encoding="deflate"),
    "JSON in gzip in base64": lambda n: post(json.dumps({"a": base64.b64encode(gzip.compress(n.encode())).decode()})),
    "XML text": lambda n: post(f"<a><b>{n}</b></a>", "application/xml"),
    "XML attribute": lambda n: post(f'<a b="{n}"/>', "application/xml"),
    "XML references": lambda n: post(f"<a>{entities(n)}</a>", "application/xml"),
    "XML references in hexadecimal": lambda n: post(f"<a>{entities(n, '&#x{:x};')}</a>", "application/xml"),
    "XML, one reference": lambda n: post(f"<a>{n[:4]}{entities(n[4])}{n[5:]}</a>", "application/xml"),
    "XML section": lambda n: post(f"<a><![CDATA[{n}]]></a>", "application/xml"),
    "XML, split by a section": lambda n: post(f"<a>{n[:5]}<![CDATA[{n[5:]}]]></a>", "application/xml"),
    "XML, split by a comment": lambda n: post(f"<a>{n[:5]}<!-- x -->{n[5:]}</a>", "application/xml"),
    "XML entity": lambda n: post(
        f'<!DOCTYPE a [<!ENTITY e "{n[:5]}">]><a>&e;{n[5:]}</a>', "application/xml"
    ),
    "XML in UTF-16": lambda n: post(f"<a>{n}</a>".encode("utf-16"), "application/xml"),
    "XML in JSON": lambda n: post(json.dumps({"a": f"<b>{entities(n)}</b>"})),
    "form": lambda n: post(urlencode({"a": n}), "application/x-www-form-urlencoded"),
    "form, grouped": lambda n: post(urlencode({"a": grouped(n, " ")}), "application/x-www-form-urlencoded"),
    "form, percent-encoded": lambda n: post(f"a={percent(n)}", "application/x-www-form-urlencoded"),
    "form, encoded twice": lambda n: post(f"a={quote(percent(n))}", "application/x-www-form-urlencoded"),
    "part of a form": multipart,
    "part of a form, in base64": lambda n: multipart(n, b64, "Content-Transfer-Encoding: base64\r\n"),
    "part of a form, by its file's name": lambda n: post(
        f'--b\r\nContent-Disposition: form-data; name="f"; filename="{n}.pdf"\r\n\r\nx\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "part of a form, quoted-printable": lambda n: multipart(f"{n[:5]}=\r\n{n[5:]}"),
    "plain text": lambda n: post(f"Part {n}", "text/plain"),
    "CSV": lambda n: post(f"navn;nummer\nx;{n}\n", "text/csv"),
    "CSV, quoted": lambda n: post(f'navn,nummer\n"x","{n}"\n', "text/csv"),
    "attachment packed as zip": lambda n: post(zipped(n), "application/octet-stream"),
    "no media type": lambda n: Request("PUT", f"{HOST}/v1", (), n.encode()),
}  # fmt: skip

WORDS = ("null", "en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni")

UNSEEN: dict[str, Callable[[str], Request]] = {
    "backwards": lambda n: post(json.dumps({"a": n[::-1]})),
    "in hexadecimal": lambda n: post(json.dumps({"a": f"{int(n):x}"})),
    "its text in hexadecimal": lambda n: post(json.dumps({"a": n.encode().hex()})),
    "each digit a member": lambda n: post(json.dumps({"a": [int(digit) for digit in n]})),
    "in words": lambda n: post(json.dumps({"a": " ".join(WORDS[int(digit)] for digit in n)})),
}
"""Forms that no real program produces by itself, and forms that cannot be distinguished from other texts."""


def is_held_back(request: Request) -> bool:
    try:
        Guard.of(TARGET).ensure_allowed(request)
    except HeldBackError:
        return True
    return False


def caught(form: Callable[[str], Request]) -> dict[str, bool]:
    return {kind: is_held_back(form(number)) for kind, number in IDENTIFIERS.items()}


@pytest.mark.parametrize("form", FORMS)
def test_what_a_program_of_the_field_may_produce_stays_here(form):
    assert caught(FORMS[form]) == dict.fromkeys(IDENTIFIERS, True)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_synthetic_leaves_in_the_same_form(form):
    assert {kind: is_held_back(FORMS[form](number)) for kind, number in SYNTHETIC.items()} == dict.fromkeys(
        SYNTHETIC, False
    )


@pytest.mark.parametrize("form", UNSEEN)
def test_what_cannot_be_seen_is_known(form):
    assert caught(UNSEEN[form]) == dict.fromkeys(IDENTIFIERS, False)


def test_there_are_enough_forms_to_speak_of_all():
    assert len(FORMS) * len(IDENTIFIERS) >= 225


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 2013299903}',
        '{"a": [1, 2013299903]}',
        "[2013299903]",
        '{"a": "{\\"b\\": 2013299903}"}',
    ],
)
def test_a_json_integer_that_lost_its_zero_is_a_number_of_a_person(body):
    assert is_held_back(post(body))


ORDINARY = [
    {"id": "0cb60f83-83a9-46e5-96a0-a41936874015", "tid": "2026-11-29T10:15:22.123456Z"},
    {"beloep": 1234567.89, "oere": 123456789012, "sum": "1 234 567,89", "kurs": 0.987654325},
    {"epoch": 1790000000, "millis": 1790000000123, "fra": "2024-01-01", "til": "31.12.2024 23.59.59"},
    {"telefon": "+47 22 07 70 00", "kid": "0123456789012345678903", "sha256": "9f86d081884c7d659a2feaa0c55ad015"},
    {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "versjon": "1.2.3-20240101.5"},
]


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_values_are_nobody(body):
    assert not is_held_back(post(json.dumps(body)))
    assert not is_held_back(get(f"/v1?{urlencode(body)}"))
