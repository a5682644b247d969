"""Ways in which Krav og betalinger can break its contract, one module per theme, and ways in which it may vary."""
