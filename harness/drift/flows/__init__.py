"""From files to a report, and to what it touches: one module per kind of drift that can be asked for."""
