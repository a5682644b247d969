"""The Content-Type is documented for the status, and the client accepts it."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call


def applies(call: Call) -> bool:
    response, operation = call.exchange.response, call.operation
    documented = operation is not None and bool(call.contract.document.media_types(operation, response.status))
    return documented and bool(response.body)


def breaches(call: Call) -> Iterator[Breach]:
    response, operation = call.exchange.response, call.operation
    if operation is None:
        return
    documented = call.contract.document.media_types(operation, response.status)
    shown = response.media_type or "no Content-Type"
    if response.media_type not in documented:
        yield Breach(f"undocumented media type for {response.status}", f"one of {', '.join(documented)}", shown)
    # Among several accepted formats the server chooses; its preference is not judged here.
    asked = (call.exchange.request.header("accept") or "*/*").partition(";")[0].strip().lower()
    chooses = "," in (call.exchange.request.header("accept") or "")
    is_other = _format(response.media_type) != _format(asked)
    if not chooses and asked in documented and response.media_type in documented and is_other:
        yield Breach(f"{asked} asked for", asked, shown)


def _format(media_type: str) -> str:
    """The format to parse it as: a client that reads JSON also reads a JSON problem (RFC 6839, RFC 9457)."""
    return "application/json" if media_type.endswith("+json") else media_type
