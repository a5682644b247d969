"""A client of the APIs that keeps every promise, with named ways of breaking one, to test the client suite.

Written from the requirements and the APIs' documents. It shares no code with the sandbox, the client checks or their
scenarios.
"""
