"""OpenAPI documents: reads them from files, resolves their references, pairs their operations."""
