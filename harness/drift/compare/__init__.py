"""The rules, one module per family, found by walking this folder."""
