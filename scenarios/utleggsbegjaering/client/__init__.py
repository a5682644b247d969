"""Client scenarios of Utleggsbegjæring: what a client does from a submission to its outcome."""
