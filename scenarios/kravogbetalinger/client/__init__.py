"""Client scenarios for Krav og betalinger: how a client uses the API."""
