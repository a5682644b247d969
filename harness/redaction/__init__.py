"""The one door: what came over the wire is shown, written or raised only after it went through here."""
