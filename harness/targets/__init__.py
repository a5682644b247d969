"""What a run is pointed at: addresses, clients, keys and parties, from provestand.toml or a file like it."""
