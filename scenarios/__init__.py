"""The suites: one folder per API, one module per theme, and the generated requests in property/."""
