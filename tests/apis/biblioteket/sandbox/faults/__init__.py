"""Ways in which the library can break its contract."""
