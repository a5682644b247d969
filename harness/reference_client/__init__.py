"""A client of the APIs that keeps every promise, and, by name, ways of breaking one: how the client suite is proved.

Written from the requirements and the domain's documents. It shares no code with the sandbox, the checks of clients or
their scenarios.
"""
