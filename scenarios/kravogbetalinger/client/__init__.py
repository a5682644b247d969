"""Client scenarios of Krav og betalinger: what a client does with it."""
