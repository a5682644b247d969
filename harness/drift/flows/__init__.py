"""From files to a report and its impact: one module per kind of drift."""
