"""A body is no larger than a client must be ready to receive; the limit is ours."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call

ABOUT = "outcome"

MOST = 10_000_000
"""Bytes. The largest published answer has about forty thousand."""


def applies(call: Call) -> bool:
    return call.operation is not None and bool(call.exchange.response.body)


def breaches(call: Call) -> Iterator[Breach]:
    size = len(call.exchange.response.body)
    if size > MOST:
        yield Breach("oversized body", f"at most {MOST:,} bytes", f"{size:,} bytes")
