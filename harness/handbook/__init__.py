"""Everything here that has a name, in one form: for `explain`, `list` and the reference pages."""
