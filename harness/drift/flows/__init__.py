"""From files to a report: one module per kind of drift that can be asked for."""
