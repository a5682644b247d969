"""Ways in which Krav og betalinger can break its contract, one module per theme, beside what it may vary."""
