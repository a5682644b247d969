"""Everything here that has a name, in one shape: for `explain`, `list` and the reference pages."""
