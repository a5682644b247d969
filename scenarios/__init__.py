"""The suites: one folder per API, one module per theme, and generated requests in property/."""
