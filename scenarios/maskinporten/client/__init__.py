"""Client scenarios about Maskinporten: grants and tokens, the same for every API."""
