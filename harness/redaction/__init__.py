"""The only way out: what came over the wire is shown, written or raised only after it has been redacted here."""
