"""What is unknown of Utleggsbegjæring (dossier, section 16, and the contradictions of section 13)."""

from harness.sandbox.knobs import Knob

SOURCE = "Utleggsbegjæring dossier, section"
KNOBS = (
    Knob(
        "elan-submit-success",
        ("201", "200", "200-number"),
        "201",
        "Answer to an accepted submission: 201 or 200 with the reference, or 200 with a bare number.",
        f"{SOURCE} 16.2",
    ),
    Knob("elan-change-success", ("204", "200"), "204", "Answer to an accepted change.", f"{SOURCE} 16.2"),
    Knob(
        "elan-error-shape",
        ("kontrollutslag", "problem", "feil"),
        "kontrollutslag",
        "Error body: problem with the list of conditions, problem without it, or the general feil.",
        f"{SOURCE} 16.3",
    ),
    Knob(
        "elan-problem-type",
        ("application/problem+json", "application/json"),
        "application/problem+json",
        "Content type of a problem.",
        f"{SOURCE} 16.3",
    ),
    Knob(
        "elan-melding",
        ("text", "kode"),
        "text",
        "What stands in `melding` of a condition: its text with the places, or its code again.",
        f"{SOURCE} 16.3",
    ),
    Knob(
        "elan-empty-lists",
        ("conditions", "schema"),
        "conditions",
        "Empty lists of claims: MANGLER_KRAV (422), or a breach of the schema (400).",
        f"{SOURCE} 16.4",
    ),
    Knob(
        "elan-unknown-properties",
        ("ignored", "refused"),
        "ignored",
        "What a property outside the model leads to.",
        f"{SOURCE} 16.4",
    ),
    Knob(
        "elan-varsel-channel",
        ("required", "optional"),
        "required",
        "Whether a varsel must say by which channel it was sent.",
        f"{SOURCE} 16.5",
    ),
    Knob(
        "elan-varsel-name",
        ("forsendelsemaateType", "forsendelsesmaatetype"),
        "forsendelsemaateType",
        "Wire name of a varsel's channel: as in the change log, or as in the diagram.",
        f"{SOURCE} 16.5",
    ),
    Knob(
        "elan-whole-numbers",
        ("integer", "string", "either"),
        "integer",
        "How prioritetISak is sent.",
        f"{SOURCE} 16.6",
    ),
    Knob(
        "elan-change-states",
        ("until-forelagt", "sakOpprettet"),
        "until-forelagt",
        "States that allow a change: sakOpprettet and sakUnderBehandling, or the first only.",
        f"{SOURCE} 16.7",
    ),
    Knob(
        "elan-processing",
        ("at-once", "manual"),
        "at-once",
        "Whether an accepted message counts as processed at once, or waits for the control switch.",
        f"{SOURCE} 16.7",
    ),
    Knob(
        "elan-foreign-change",
        ("422", "404", "403"),
        "422",
        "Answer to a change of another sender's case: its conditions, unknown, or forbidden.",
        f"{SOURCE} 16.7",
    ),
    Knob(
        "elan-conditions",
        ("all", "first"),
        "all",
        "How many of the broken conditions are told.",
        f"{SOURCE} 16.8",
    ),
    Knob(
        "elan-condition-order",
        ("shuffled", "table", "code"),
        "shuffled",
        "Order of the conditions: by seed, as in the published table, or by code.",
        f"{SOURCE} 16.8",
    ),
    Knob("elan-upload-limit", (), "20", "Largest attachment in megabytes.", f"{SOURCE} 16.9"),
    Knob(
        "elan-upload-types",
        ("documents", "pdf"),
        "documents",
        "Media types that an attachment may have: common document and picture types, or pdf only.",
        f"{SOURCE} 16.9",
    ),
    Knob("elan-retention", (), "30", "Days until an attachment that no case cites is discarded.", f"{SOURCE} 16.9"),
    Knob(
        "elan-vedlegg-delay",
        ("0", "1", "10", "60"),
        "0",
        "Seconds from one state of an attachment to the next.",
        f"{SOURCE} 8.2",
    ),
    Knob(
        "elan-duplicate",
        ("422", "409"),
        "422",
        "Status of a submission whose only fault is to be a duplicate.",
        f"{SOURCE} 13, C6",
    ),
    Knob(
        "elan-headers",
        ("optional", "required"),
        "optional",
        "Whether KlientId, Korrelasjonsid and Meldingsid must be sent.",
        f"{SOURCE} 3.4",
    ),
    Knob(
        "elan-missing-scope", ("403", "401"), "403", "Answer to a token for another scope.", "auth dossier, section 6"
    ),
    Knob(
        "elan-kommune-scope",
        ("either", "own"),
        "either",
        "Scope of the municipality's operations: also that of Utleggsbegjæring, or its own only.",
        f"{SOURCE} 6.4",
    ),
    Knob(
        "elan-uncovered",
        ("silent", "refused"),
        "silent",
        "What no condition covers (section 7, last note but one): let through, or 400.",
        f"{SOURCE} 7",
    ),
    Knob("elan-too-large", ("400", "413"), "400", "Answer to a begjæring that is too large.", f"{SOURCE} 4"),
    Knob(
        "elan-media-type", ("400", "415"), "400", "Answer to a begjæring under another media type.", f"{SOURCE} 4"
    ),
    Knob(
        "elan-register",
        ("open", "listed"),
        "open",
        "Who is in the party registers: every synthetic number with right check digits, or the listed parties only.",
        f"{SOURCE} 11",
    ),
)
