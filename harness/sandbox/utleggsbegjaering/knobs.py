"""What is unknown about Utleggsbegjæring (dossier, section 16, and the contradictions in section 13).

Handlers read a knob only where its value may make a difference to the call: the survey relies on it.
"""

from harness.sandbox.knobs import Knob

SOURCE = "Utleggsbegjæring dossier, section"
KNOBS = (
    Knob(
        "elan-other-services",
        ("shared", "elsewhere"),
        "shared",
        "Whether status, insight, betjeningskartet and municipality are served below the submission's path.",
        f"{SOURCE} 16.1",
    ),
    Knob(
        "elan-submit-success",
        ("201", "200", "200-number"),
        "201",
        "Answer to an accepted submission: 201 or 200 with the reference, or 200 with a bare number.",
        f"{SOURCE} 16.2",
    ),
    Knob(
        "elan-submission-address",
        ("both", "bare", "slash"),
        "both",
        "Address of a submission: the API's address with a trailing slash, as documented, or without.",
        f"{SOURCE} 16.1",
    ),
    Knob("elan-change-success", ("204", "200"), "204", "Answer to an accepted change.", f"{SOURCE} 16.2"),
    Knob(
        "elan-error-shape",
        ("kontrollutslag", "problem", "feil"),
        "kontrollutslag",
        "Error body: a problem with the list of conditions, a problem without it, or the general feil.",
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
        "What the `melding` of a condition contains: its text with the places, or its code again.",
        f"{SOURCE} 16.3",
    ),
    Knob(
        "elan-empty-lists",
        ("conditions", "schema"),
        "conditions",
        "Empty lists of claims: MANGLER_KRAV (422), or a schema violation (400).",
        f"{SOURCE} 16.4",
    ),
    Knob(
        "elan-unknown-properties",
        ("ignored", "refused"),
        "ignored",
        "How a property outside the model is handled.",
        f"{SOURCE} 16.4",
    ),
    Knob(
        "elan-varsel-channel",
        ("required", "optional"),
        "required",
        "Whether a varsel must say through which channel it was sent.",
        f"{SOURCE} 16.5",
    ),
    Knob(
        "elan-varsel-name",
        ("forsendelsemaateType", "forsendelsesmaatetype"),
        "forsendelsemaateType",
        "Wire name of a varsel's channel: as in the change log, or as in the diagram.",
        f"{SOURCE} 16.5",
    ),
    # Every published example of a plain utlegg with a written notice has it (12, from 2024-11 to 2025-11), and only the
    # statement of claim is documented as limited to combined begjæringer: hence every begjæring by default.
    Knob(
        "elan-forliksraadet",
        ("every", "combined"),
        "every",
        "Which begjæringer with a skriftligMeddelelse must say whether forliksrådet may hear the case: all, or only "
        "combined ones.",
        f"{SOURCE} 7",
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
        "States that allow a change: sakOpprettet and sakUnderBehandling, or only the first.",
        f"{SOURCE} 16.7",
    ),
    Knob(
        "elan-processing",
        ("at-once", "manual"),
        "at-once",
        "Whether an accepted message counts as processed immediately, or only after the control switch says so.",
        f"{SOURCE} 16.7",
    ),
    Knob(
        "elan-foreign-change",
        ("422", "404", "403"),
        "422",
        "Answer to a change of another sender's case: the conditions it breaks, unknown, or forbidden.",
        f"{SOURCE} 16.7",
    ),
    Knob(
        "elan-conditions",
        ("all", "first"),
        "all",
        "How many of the broken conditions are reported.",
        f"{SOURCE} 16.8",
    ),
    Knob(
        "elan-condition-order",
        ("shuffled", "theme", "code"),
        "shuffled",
        "Order of the conditions: any (by seed), theme by theme, or by code.",
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
        "Status of a submission whose only problem is being a duplicate.",
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
        "elan-tracing-ids",
        ("refused", "ignored"),
        "refused",
        "How a Korrelasjonsid or Meldingsid that is not a UUID is handled.",
        f"{SOURCE} 3.4",
    ),
    Knob(
        "elan-missing-scope", ("403", "401"), "403", "Answer to a token with another scope.", "auth dossier, section 6"
    ),
    Knob(
        "elan-kommune-scope",
        ("either", "own"),
        "either",
        "Scope of the municipality's operations: Utleggsbegjæring's too, or only its own.",
        f"{SOURCE} 6.4",
    ),
    Knob(
        "elan-uncovered",
        ("silent", "refused"),
        "silent",
        "Faults that no condition covers (section 7, last note but one): accepted, or 400.",
        f"{SOURCE} 7",
    ),
    Knob("elan-too-large", ("400", "413"), "400", "Answer to a begjæring that is too large.", f"{SOURCE} 4"),
    Knob("elan-media-type", ("400", "415"), "400", "Answer to a begjæring with another media type.", f"{SOURCE} 4"),
    Knob(
        "elan-register",
        ("open", "listed"),
        "open",
        "Who is in the party registers: every synthetic number with valid check digits, or only the listed parties.",
        f"{SOURCE} 11",
    ),
)
