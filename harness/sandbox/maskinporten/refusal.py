"""A refusal by the token endpoint, with the texts of Digdir's troubleshooting page (2024-06, and seen since)."""

import secrets
import uuid
from dataclasses import dataclass

from harness.sandbox.knobs import Knobs

AUTHENTICATION = "Invalid assertion. Client authentication failed."


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 - the domain's own term
    """The token endpoint's answer in place of a token. `code` is the MP code, if known."""

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
