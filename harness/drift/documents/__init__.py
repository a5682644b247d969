"""OpenAPI documents: reading them from files, resolving their references, pairing their operations."""
