"""Ways in which Utleggsbegjæring can break its contract, one module per theme, beside what it may vary."""
