"""Client scenarios for Utleggsbegjæring: what a client does from submission to outcome."""
