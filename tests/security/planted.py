"""Secrets as a target may echo them, the answers that contain them, and a search for them in all that a run writes.

Every secret is synthetic: tokens of the sandbox, persons with 80 added to their month, names that nobody has.
"""

import base64
import contextlib
import gzip
import html
import io
import json
import quopri
import re
import threading
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits
from urllib.parse import quote, unquote

from tests.troubled import Asked, Trouble, TroubledProxy

PERSON, EARLY_PERSON = "14838290095", "04827896468"
NAME, STREET, MAIL, PHONE = "Plantine Hemmelsen", "Lekkasjeveien 99", "plantine@lekkasje.example", "+47 998 87 766"
ACCOUNT = "86011117947"

Form = Callable[[str], str]


def _lines(text: str, width: int, between: str) -> str:
    return between.join(text[at : at + width] for at in range(0, len(text), width))


_MATHEMATICAL = {
    ord(sign): chr(base + number)
    for base, signs in ((0x1D400, ascii_uppercase), (0x1D41A, ascii_lowercase), (0x1D7CE, digits))
    for number, sign in enumerate(signs)
}


FORMS: dict[str, Form] = {
    "as it is": lambda token: token,
    "glued to a letter": lambda token: f"x{token}",
    "glued to a hyphen": lambda token: f"id-{token}-z",
    "glued to an underscore": lambda token: f"id_{token}_z",
    "behind %20": lambda token: f"Bearer%20{token}%20.",
    "behind %3D": lambda token: f"access_token%3D{token}",
    "dots as %2E": lambda token: token.replace(".", "%2E"),
    "dots as %252E": lambda token: token.replace(".", "%252E"),
    "payload alone": lambda token: token.split(".")[1],
    "signature alone": lambda token: token.split(".")[2],
    "signature, glued": lambda token: f"sig_{token.split('.')[2]}_z",
    "half of the signature": lambda token: token.split(".")[2][: len(token.split(".")[2]) // 2],
    "first half": lambda token: token[: len(token) // 2],
    "second half": lambda token: token[len(token) // 2 :],
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "base64url of a header": lambda token: base64.urlsafe_b64encode(f"Bearer {token}".encode()).decode().rstrip("="),
    "base64, glued": lambda token: f"v1_{base64.b64encode(token.encode()).decode()}",
    "base64 twice": lambda token: base64.b64encode(base64.b64encode(token.encode())).decode(),
    "hex": lambda token: token.encode().hex(),
    "percent-encoded": lambda token: "".join(f"%{ord(sign):02X}" for sign in token),
    "escaped as in JSON": lambda token: "".join(f"\\u{ord(sign):04x}" for sign in token),
    "its first letter escaped": lambda token: f"\\u{ord(token[0]):04x}{token[1:]}",
    "as HTML entities": lambda token: "".join(f"&#x{ord(sign):x};" for sign in token),
    "broken over lines": lambda token: _lines(token, 64, "\n"),
    "broken over indented lines": lambda token: _lines(token, 40, "\r\n    "),
    "with blanks": lambda token: _lines(token, 30, " "),
    "with zero width": lambda token: _lines(token, 9, "\u200b"),
    "full width": lambda token: "".join(chr(ord(sign) + 0xFEE0) for sign in token),
    "letters of mathematics": lambda token: token.translate(_MATHEMATICAL),
    "escaped as in old JavaScript": lambda token: "".join(f"%u{ord(sign):04X}" for sign in token),
    "escaped with braces": lambda token: "".join(f"\\u{{{ord(sign):x}}}" for sign in token),
    "escaped as in Python": lambda token: "".join(f"\\U{ord(sign):08x}" for sign in token),
    "quoted-printable": lambda token: "".join(f"={ord(sign):02X}" for sign in token),
    "base32": lambda token: base64.b32encode(token.encode()).decode(),
    "with colours": lambda token: _lines(token, 9, "\x1b[31m"),
    "with bells": lambda token: _lines(token, 9, "\x07"),
    "with C1": lambda token: _lines(token, 9, "\x9b"),
    "with tags of Unicode": lambda token: _lines(token, 9, "\U000e0041"),
    "in fours, with commas": lambda token: _lines(token, 4, ","),
    "in eights, with stops": lambda token: _lines(token, 8, "."),
    "in tens, with tabs": lambda token: _lines(token, 10, "\t"),
    "as a list of signs": lambda token: json.dumps(list(token)),
    "joined by a program": lambda token: _lines(token, 8, '" + "'),
    "with accents": lambda token: _lines(token, 1, "\u0301"),
    "with a filler of Hangul": lambda token: _lines(token, 7, "\u3164"),
    "with named zero width": lambda token: _lines(token, 9, "&ZeroWidthSpace;"),
    "base85": lambda token: base64.b85encode(token.encode()).decode(),
    "base85 of a header": lambda token: base64.b85encode(f"Bearer {token}".encode()).decode(),
    "base85, glued": lambda token: f"id{base64.b85encode(token.encode()).decode()}",
    "Ascii85": lambda token: base64.a85encode(token.encode(), adobe=True).decode(),
    "Ascii85 over lines": lambda token: base64.a85encode(token.encode(), wrapcol=60).decode(),
    "base32 of hexadecimals": lambda token: base64.b32hexencode(token.encode()).decode(),
    "octets": lambda token: " ".join(f"{ord(sign):02x}" for sign in token),
    "octets with colons": lambda token: ":".join(f"{ord(sign):02X}" for sign in token),
    "octets of a program": lambda token: ", ".join(f"0x{ord(sign):02x}" for sign in token),
    "escaped in octal": lambda token: "".join(f"\\{ord(sign):03o}" for sign in token),
    "escaped as in CSS": lambda token: "".join(f"\\{ord(sign):06x}" for sign in token),
    "escaped as in Perl": lambda token: "".join(f"\\x{{{ord(sign):x}}}" for sign in token),
    "as long HTML entities": lambda token: "".join(f"&#{ord(sign):09};" for sign in token),
    "in a URL's userinfo": lambda token: f"https://{token}:x@a.example/",
    "in an attribute": lambda token: f'<a t="{token}"/>',
    "in a cookie": lambda token: f"Set-Cookie: s={token}; Path=/",
    "in a part of a form": lambda token: f'--b\r\nContent-Disposition: form-data; name="{token}"\r\n\r\nv\r\n--b--',
    "over members": lambda token: json.dumps({f"p{at}": token[at : at + 30] for at in range(0, len(token), 30)}),
}
"""Transformations of a token."""


def _digits(signs: str) -> dict[int, str]:
    return {ord("0") + digit: sign for digit, sign in enumerate(signs)}


NUMBERS: dict[str, str] = {
    "eleven digits": PERSON,
    "date and number": f"{PERSON[:6]}-{PERSON[6:]}",
    "a blank": f"{PERSON[:6]} {PERSON[6:]}",
    "a thin space": f"{PERSON[:6]}\u2009{PERSON[6:]}",
    "a narrow no-break space": f"{PERSON[:6]}\u202f{PERSON[6:]}",
    "a no-break space": f"{PERSON[:6]}\u00a0{PERSON[6:]}",
    "an underscore": f"{PERSON[:6]}_{PERSON[6:]}",
    "a slash": f"{PERSON[:6]}/{PERSON[6:]}",
    "a dot": f"{PERSON[:6]}.{PERSON[6:]}",
    "day, month, year": f"{PERSON[:2]}.{PERSON[2:4]}.{PERSON[4:6]} {PERSON[6:]}",
    "three by three": f"{PERSON[:6]} {PERSON[6:9]} {PERSON[9:]}",
    "each digit": " ".join(PERSON),
    "percent-encoded blank": f"{PERSON[:6]}%20{PERSON[6:]}",
    "full width digits": PERSON.translate({ord("0") + i: 0xFF10 + i for i in range(10)}),
    "escaped": "".join(f"\\u{ord(sign):04x}" for sign in PERSON),
    "entities": "".join(f"&#{ord(sign)};" for sign in PERSON),
    "base64": base64.b64encode(PERSON.encode()).decode(),
    "glued": f"fnr{PERSON}x",
    "a colon": f"{PERSON[:6]}:{PERSON[6:]}",
    "a tab": f"{PERSON[:6]}\t{PERSON[6:]}",
    "a line's end": f"{PERSON[:6]}\r\n{PERSON[6:]}",
    "a dash between blanks": f"{PERSON[:6]} \u2013 {PERSON[6:]}",
    "a middle dot": f"{PERSON[:6]}\u00b7{PERSON[6:]}",
    "a bar": f"{PERSON[:6]} | {PERSON[6:]}",
    "a tag": f"{PERSON[:6]}<br>{PERSON[6:]}",
    "a whole date": f"{PERSON[:2]}.{PERSON[2:4]}.19{PERSON[4:6]}-{PERSON[6:]}",
    "a date of ISO": f"19{PERSON[4:6]}-{PERSON[2:4]}-{PERSON[:2]}-{PERSON[6:]}",
    "escaped as in old JavaScript": "".join(f"%u{ord(sign):04x}" for sign in PERSON),
    "with bells": "\x07".join(PERSON),
    "raised": PERSON.translate(_digits("\u2070\xb9\xb2\xb3\u2074\u2075\u2076\u2077\u2078\u2079")),
    "lowered": PERSON.translate(_digits("\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")),
    "circled": PERSON.translate(_digits("\u24ea\u2460\u2461\u2462\u2463\u2464\u2465\u2466\u2467\u2468")),
    "black circled": PERSON.translate(_digits("\u24ff\u2776\u2777\u2778\u2779\u277a\u277b\u277c\u277d\u277e")),
    "bracketed": PERSON.translate(_digits("0\u2474\u2475\u2476\u2477\u2478\u2479\u247a\u247b\u247c")),
    "raised, in two groups": f"{PERSON[:6]} {PERSON[6:]}".translate(
        _digits("\u2070\xb9\xb2\xb3\u2074\u2075\u2076\u2077\u2078\u2079")
    ),
    "keys": "".join(f"{digit}\ufe0f\u20e3" for digit in PERSON),
}

MEMBERS = {
    "navn": NAME, "name": NAME, "fullName": NAME, "kontaktNavn": NAME, "first_name": NAME, "etternavn": NAME,
    "adresse": STREET, "address": STREET, "adresselinje1": STREET, "streetAddress": STREET,
    "epost": MAIL, "email": MAIL, "telefon": PHONE, "phoneNumber": PHONE,
    "kontonummer": ACCOUNT, "bankAccount": ACCOUNT,
}  # fmt: skip


def _json(status: int, body: object, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    return status, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), headers


def _error(**changes: object) -> dict[str, object]:
    return {"kode": "KB-001", "melding": "x", "korrelasjonsid": "5f0c9e7a-0000-4000-8000-000000000000"} | changes


PLACES: dict[str, Callable[[str], tuple[int, bytes, dict[str, str]]]] = {
    "korrelasjonsid": lambda planted: _json(400, _error(korrelasjonsid=planted)),
    "kode": lambda planted: _json(403, _error(kode=planted)),
    "melding": lambda planted: _json(404, _error(melding=f"Ukjent {planted} her")),
    "of a 200": lambda planted: _json(200, {"alleKrav": [{"tekst": planted}]}),
    "a member's name": lambda planted: _json(200, {planted: 1}),
    "JSON within JSON": lambda planted: _json(500, {"detail": json.dumps({"inner": planted})}),
    "a list of conditions": lambda planted: _json(400, {"status": 400, "kontrollutslag": [{"kode": planted}]}),
    "a header": lambda planted: _json(400, _error(), X_Echo=_ascii(planted)),
    "a header's name": lambda planted: _json(400, _error(), **{f"X-{re.sub(r'[^A-Za-z0-9._-]', '', planted)}": "1"}),
    "the media type": lambda planted: (200, b"x", {"Content-Type": f"application/{_ascii(planted)}"}),
    "a redirect": lambda planted: (302, b"", {"Location": f"https://elsewhere.example/?t={quote(planted)}"}),
    "XML": lambda planted: (
        400,
        f"<feil><kode>{html.escape(planted)}</kode><melding>x</melding></feil>".encode("utf-8", "replace"),
        {"Content-Type": "application/xml"},
    ),
    "a page": lambda planted: (
        502,
        f"<html><title>{html.escape(planted)}</title></html>".encode("utf-8", "replace"),
        {"Content-Type": "text/html"},
    ),
    "UTF-16": lambda planted: (400, json.dumps(_error(melding=planted)).encode("utf-16"), {}),
    "UTF-16 without a mark": lambda planted: (400, json.dumps(_error(kode=planted)).encode("utf-16-le"), {}),
    "plain text": lambda planted: (404, f"no {planted}".encode("utf-8", "replace"), {"Content-Type": "text/plain"}),
    "JSON cut off": lambda planted: (200, json.dumps({"a": planted})[:-1].encode(), {}),
}  # fmt: skip
"""The places in an answer."""

UNMARKED: dict[str, Callable[[], tuple[int, bytes, dict[str, str]]]] = {
    "JSON members": lambda: _json(200, {"alleKrav": [MEMBERS | {"fritekst": f"Gjelder {NAME}, {STREET}"}]}),
    "an error's members": lambda: _json(400, _error(feil=[MEMBERS], melding=f"{NAME} har ingen tilgang")),
    "XML members": lambda: (
        400,
        "<feil>{}</feil>".format("".join(f"<{name}><x>{text}</x></{name}>" for name, text in MEMBERS.items())).encode(),
        {"Content-Type": "application/xml"},
    ),
    "members of JSON within JSON": lambda: _json(500, {"detail": json.dumps(MEMBERS)}),
    "an integer": lambda: (200, f'{{"nummer": {PERSON}, "n": [{EARLY_PERSON[1:]}, {PERSON}]}}'.encode(), {}),
    "a form": lambda: (
        400,
        "&".join(f"{name}={quote(text)}" for name, text in MEMBERS.items()).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    ),
}


def _ascii(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "", text)


HEALTHY = 20
"""Calls that are answered normally, so that there is a way in."""


class Echo:
    """Answers every call to an API with something that must not be seen again, each time in a different form."""

    def __init__(self, forms: dict[str, Form] = FORMS) -> None:
        self.tokens: set[str] = set()
        self.grants: set[str] = set()
        self.planted: set[str] = set()
        self._healthy = HEALTHY
        self._answers = list(self._all(forms))
        self._next = 0
        self._lock = threading.Lock()

    def _all(self, forms: dict[str, Form]) -> Iterator[tuple[str, Callable[[str], tuple[int, bytes, dict[str, str]]]]]:
        places = list(PLACES.items())
        for round_ in range(len(places)):  # every form is eventually in every place, and each round has all forms
            for number, (name, form) in enumerate(forms.items()):
                where, place = places[(number + round_) % len(places)]
                yield f"token {name} in {where}", lambda token, form=form, place=place: place(form(token))
            for number, (name, text) in enumerate(NUMBERS.items()):
                where, place = places[(number + round_) % len(places)]
                yield f"number {name} in {where}", lambda token, text=text, place=place: place(text)
            for where, made in UNMARKED.items():
                yield where, lambda token, made=made: made()

    def __call__(self, asked: Asked) -> Trouble:
        scheme, _, token = asked.header("authorization").partition(" ")
        grant = re.search(rb"assertion=([^&]+)", asked.body)
        if grant is not None:
            self.grants.add(unquote(grant[1].decode()))
        if scheme != "Bearer" or token.count(".") != 2:
            return _passed_on
        with self._lock:
            self.tokens.add(token)
            self._healthy -= 1
            if self._healthy >= 0:
                return _passed_on
            name, made = self._answers[self._next % len(self._answers)]
            self._next += 1
            self.planted.add(name)
        return _given(*made(token))


def _passed_on(proxy: TroubledProxy, connection: object, asked: Asked) -> None:
    connection.sendall(proxy.fetched(asked.octets))


def _given(status: int, body: bytes, headers: dict[str, str]) -> Trouble:
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())

    def give(proxy: TroubledProxy, connection: object, asked: Asked) -> None:
        connection.sendall(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1", "replace") + body)

    return give


def found_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything in a folder, by name, including the contents of archives."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path.name, content
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())
            if content[:2] == b"\x1f\x8b":
                yield f"{path.name} unpacked", gzip.decompress(content)


PIECE = 20
"""The number of consecutive characters of a token that reveal it."""


class Leaks:
    """Searches texts for secrets, whatever hides them there."""

    def __init__(self, tokens: set[str], grants: set[str]) -> None:
        bodies = [part for token in tokens | grants for part in token.split(".")[1:]]
        self._pieces = {part[at : at + PIECE] for part in bodies for at in range(len(part) - PIECE + 1)}

    def of(self, content: bytes) -> set[str]:
        """The kinds of secrets in a content."""
        return {kind for view in _views(content.decode(errors="replace")) for kind in self._in(view)}

    def _in(self, text: str) -> Iterator[str]:
        runs = re.findall(rf"[A-Za-z0-9_-]{{{PIECE},}}", text)
        if any(run[at : at + PIECE] in self._pieces for run in runs for at in range(len(run) - PIECE + 1)):
            yield "token"
        bare = "".join(str(unicodedata.digit(sign, sign)) for sign in text) if not text.isascii() else text
        joined = re.sub(r"<[^<>]{0,9}>|[\W_]", "", bare)
        whole_date = re.sub(r"(\d\d)(\d\d)19(\d\d)(?=\d{5})|19(\d\d)(\d\d)(\d\d)(?=\d{5})", r"\1\2\3\6\5\4", joined)
        for number in (PERSON, EARLY_PERSON, ACCOUNT):
            if number in joined or number in whole_date:
                yield f"number {number}"
        if re.search(rf"\b{EARLY_PERSON[1:]}\b", text):
            yield "number without its zero"
        for words in (NAME, STREET, MAIL, PHONE):
            if words in text:
                yield words


def _views(text: str) -> Iterator[str]:
    """A text as it is, and with one or two layers of encoding removed."""
    plain = text
    for _ in range(3):
        yield plain
        yield re.sub(r"\s+|\\[nrt]", "", plain)
        yield "\n".join(re.sub(r"[^A-Za-z0-9_-]", "", found[0]) for found in _IN_PIECES.finditer(plain))
        plain = html.unescape(
            unquote(_ESCAPED.sub(lambda found: chr(int(next(filter(None, found.groups())), 16)), _from_octal(plain)))
        )
        plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", plain))
    yield quopri.decodestring(text.encode(errors="replace")).decode("latin-1")
    yield from _wrapped(text, 2)
    for dump in re.findall(r"(?:(?:0x)?[0-9a-fA-F]{2}[ ,:]{1,2}){20,}", text):
        yield bytes.fromhex("".join(re.findall(r"([0-9a-fA-F]{2})\b", dump))).decode("latin-1")
    yield from _of_base85(text)


def _of_base85(text: str) -> Iterator[str]:
    """The decoded base85: for a token, each run with enough kinds of characters."""
    for run in set(re.findall(r"[!-~\n]{40,2000}", text)):
        if len(set(run) & set("#$%&()*;@^`|~")) < 4:
            continue
        dense = run.replace("\n", "")
        for decode, signs in ((base64.b85decode, r"[^\w!#$%&()*+;<=>?@^`{|}~-]"), (base64.a85decode, r"[^!-u]")):
            for part in re.split(signs, dense.replace("<~", " ").replace("~>", " ")):
                for first in range(5):
                    whole = part[first : first + (len(part) - first) // 5 * 5]
                    with contextlib.suppress(ValueError):
                        yield decode(whole).decode("latin-1")


def _from_octal(text: str) -> str:
    return re.sub(r"\\+([01][0-7]{2})(?![0-9a-f]{3})", lambda found: chr(int(found[1], 8)), text)


_ESCAPED = re.compile(r"(?:\\+|%)u([0-9a-fA-F]{4})|\\+U([0-9a-fA-F]{8})|\\+[ux]\{([0-9a-fA-F]+)\}|\\+(00[0-9a-f]{4})")
_PIECE = r"[A-Za-z0-9_-]{1,10}"
_IN_PIECES = re.compile(rf"\b{_PIECE}([^A-Za-z0-9_-]{{1,20}})(?:{_PIECE}\1){{4,}}")
_UNSEEN = re.compile("\x1b\\[\\d+m|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\ufeff\U000e0000-\U000e007f]")


def _wrapped(text: str, layers: int) -> Iterator[str]:
    """The decoded base64 or hex."""
    for run in set(re.findall(r"[A-Za-z0-9+/_-]{15,}", text)) if layers else ():
        inner = [_from_base64(run[at:]) for at in range(4)]
        if re.fullmatch(r"(?:[0-9a-f]{2})+", run):
            inner.append(bytes.fromhex(run).decode("latin-1"))
        if re.fullmatch(r"[A-Z2-7]+", run):
            inner.append(base64.b32decode(run[: len(run) // 8 * 8]).decode("latin-1"))
        if re.fullmatch(r"[0-9A-V]+", run):
            inner.append(base64.b32hexdecode(run[: len(run) // 8 * 8]).decode("latin-1"))
        for plain in inner:
            yield plain
            yield from _wrapped(plain, layers - 1)


def _from_base64(run: str) -> str:
    whole = run[: len(run) - 1 if len(run) % 4 == 1 else len(run)]
    octets = base64.urlsafe_b64decode(whole.replace("+", "-").replace("/", "_") + "=" * (-len(whole) % 4))
    return octets.decode("latin-1")
