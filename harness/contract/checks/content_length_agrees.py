"""An answer has its stated length: Content-Length is the length of the received body, and the answer is complete.

An encoded body is not judged: only its length after decoding is known here.
"""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.exchange import beginning

ABOUT = "arrival"


def applies(call: Call) -> bool:
    response = call.exchange.response
    if response.completeness != "whole":
        return response.completeness == "cut"
    encoded = (response.header("content-encoding") or "identity").lower() != "identity"
    bodiless = call.exchange.request.method == "HEAD" or response.status in {204, 304}
    return response.header("content-length") is not None and not encoded and not bodiless


def breaches(call: Call) -> Iterator[Breach]:
    response = call.exchange.response
    said = response.header("content-length") or ""
    if response.completeness == "cut":
        yield Breach("answer cut", "a complete answer every time", f"the same every time: {response.shortfall}")
    elif not said.isascii() or not said.isdecimal():
        yield Breach("Content-Length no number", "a number of bytes", f"{beginning(said, 40)!r}")
    elif int(said) != len(response.body):
        yield Breach("Content-Length", f"a body of {said} bytes, as Content-Length says", f"{len(response.body)} bytes")
