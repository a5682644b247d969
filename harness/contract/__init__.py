"""What an API promises: pinned specification, error catalogue, requirements, checks."""
