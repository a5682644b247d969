"""A refusal of the token endpoint, worded as Digdir's troubleshooting page words it (2024-06, and seen since)."""

import secrets
import uuid
from dataclasses import dataclass

from harness.sandbox.knobs import Knobs

AUTHENTICATION = "Invalid assertion. Client authentication failed."


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 - the field's own word
    """What the token endpoint answers in place of a token. `code` is the MP code, where one is known."""

    error: str
    description: str
    code: str | None = None
    status: int = 400

    def body(self, issuer: str, knobs: Knobs) -> dict[str, str]:
        if knobs["error-tail"] == "correlation-id":
            return {"error": self.error, "error_description": f"{self.description} (correlation id: {uuid.uuid4()})"}
        body = {"error": self.error, "error_description": f"{self.description} (trace_id: {secrets.token_hex(16)})"}
        if self.code:
            body["error_uri"] = f"{issuer.rstrip('/')}/errors/{self.code}"
        return body
