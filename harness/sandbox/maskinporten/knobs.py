"""Open questions about Maskinporten (auth dossier, section 9)."""

from harness.sandbox.knobs import Knob

SOURCE = "auth dossier, section 9"
KNOBS = (
    Knob(
        "grant-lifetime", ("120", "180"), "120", "Longest exp - iat of a grant: as documented, or as reported.", SOURCE
    ),
    Knob(
        "unknown-claims",
        ("strict", "allow_sub", "lenient"),
        "strict",
        "Whether a grant may contain other claims.",
        SOURCE,
    ),
    Knob("grant-audience", ("issuer", "token-url-too"), "issuer", "What the `aud` of a grant may be.", SOURCE),
    Knob("token-audience", ("absent", "unspecified"), "absent", "`aud` of a token without `resource`.", SOURCE),
    Knob(
        "no-access", ("invalid_scope", "forbidden"), "invalid_scope", "Shape of MP-250 and MP-251: 400 or 403.", SOURCE
    ),
    Knob("error-tail", ("trace_id", "correlation-id"), "trace_id", "The end of an error description.", SOURCE),
    Knob("token-lifetime", (), "120", "Token lifetime in seconds.", SOURCE),
    Knob("resource-form", ("any", "array"), "any", "Whether `resource` may be a string.", SOURCE),
)
