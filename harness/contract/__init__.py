"""An API's contract: pinned specification, error catalogue, requirements, checks."""
