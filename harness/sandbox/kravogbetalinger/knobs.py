"""What is unknown about Krav og betalinger (dossier, section 16)."""

from harness.sandbox.knobs import Knob

SOURCE = "Krav og betalinger dossier, section 16"
KNOBS = (
    Knob("til-og-med", ("optional", "required"), "optional", "Whether a period may lack tilOgMed.", SOURCE),
    Knob("year", ("calendar", "365", "366"), "calendar", "How long a period may be: a calendar year, or days.", SOURCE),
    Knob("krav-date", ("opprettelse", "forfall"), "opprettelse", "Which date places a claim in a period.", SOURCE),
    Knob(
        "nothing-found", ("KB-007", "200"), "KB-007", "A period with nothing in it: 404, or 200 without a list.", SOURCE
    ),
    Knob("nothing-open", ("200", "KB-007"), "200", "aapnekrav of an organisation without open claims.", SOURCE),
    Knob("totals", ("sent", "absent"), "sent", "Whether aapnekrav still sends its totals.", SOURCE),
    Knob("oere", ("exact", "cut"), "exact", "Whether each addend of a total is truncated to whole kroner.", SOURCE),
    Knob("due-today", ("not-overdue", "overdue"), "not-overdue", "Whether a claim due today is overdue.", SOURCE),
    Knob("lovfestetrevisjon", ("token", "consent", "system-user"), "token", "What lovfestetrevisjon needs.", SOURCE),
    Knob("unknown-package", ("KB-003", "KB-006", "DAS-008"), "KB-003", "Answer to an unknown rights package.", SOURCE),
    Knob("missing-scope", ("DAS-008", "KB-004"), "DAS-008", "Answer to a token with another scope.", SOURCE),
    Knob("check-digit", ("KB-006", "KB-009"), "KB-006", "Answer to an identifier with a wrong check digit.", SOURCE),
    Knob("sixth-call", ("served", "429"), "served", "Answer to a sixth concurrent call.", SOURCE),
    Knob(
        "gateway-codes",
        ("KB", "DAS"),
        "KB",
        "Which error codes an unknown address and a missing consent get: the API's own, or the common ones.",
        SOURCE,
    ),
    Knob(
        "order",
        ("token-first", "input-first"),
        "token-first",
        "What is checked first when several things are wrong.",
        SOURCE,
    ),
    Knob("korrelasjonsid-header", ("sent", "absent"), "sent", "Whether answers carry a Korrelasjonsid header.", SOURCE),
    Knob(
        "partly-shielded",
        ("true", "false"),
        "true",
        "`skjermet` of a partly shielded party.",
        "Krav og betalinger dossier, section 8",
    ),
    Knob("korrelasjonsid", ("replaced", "refused"), "replaced", "How a malformed Korrelasjonsid is handled.", SOURCE),
    Knob("xml-root", ("root-schema", "svar"), "root-schema", "The root element of an XML answer.", SOURCE),
)
