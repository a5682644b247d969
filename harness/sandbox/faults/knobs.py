"""Whether the sandbox varies what a service may vary."""

from harness.sandbox.knobs import Knob

KNOBS = (
    Knob(
        "leeway",
        ("used", "unused"),
        "used",
        "Whether answers vary by seed where the versioning rules let them: order, new fields, optional fields.",
        "Skatteetaten's versioning rules for APIs",
    ),
)
