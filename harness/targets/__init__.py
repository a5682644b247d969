"""The systems that runs judge: addresses, clients, keys and parties, from provestand.toml or a similar file."""
