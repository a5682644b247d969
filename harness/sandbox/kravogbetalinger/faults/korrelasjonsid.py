"""Errors that support cannot trace."""

from harness.sandbox.faults.fault import Json, in_body

ERRORS = range(400, 600)


@in_body(breaks="KOB-ERROR-002", status=ERRORS)
def korrelasjonsid_missing(body: Json) -> Json:
    """Error bodies carry no korrelasjonsid."""
    body.pop("korrelasjonsid")
    return body
