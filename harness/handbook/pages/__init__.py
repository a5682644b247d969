"""The pages of the reference that are not lists of entries, one module each."""
