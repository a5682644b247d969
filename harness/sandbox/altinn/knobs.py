"""Open questions about Altinn (auth dossier, sections 4, 5 and 9)."""

from harness.sandbox.knobs import Knob

SOURCE = "auth dossier, section 9"
KNOBS = (
    Knob("altinn2-consent", ("off", "on"), "off", "Whether the header AltinnSamtykke is read.", SOURCE),
    Knob(
        "consent-failure",
        ("MP-303", "invalid_grant"),
        "MP-303",
        "How Maskinporten refuses a grant whose consent cannot be used.",
        SOURCE,
    ),
    Knob(
        "consent-metadata",
        ("metadata", "metaData"),
        "metadata",
        "How a token spells the member with the metadata of a right.",
        SOURCE,
    ),
    Knob("multiple-problems", ("500", "400"), "500", "Status of several problems together (STD-00001).", SOURCE),
)
