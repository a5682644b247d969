"""Makes `pytest scenarios` a conformance run."""

pytest_plugins = ("harness.suite.plugin", "harness.suite.client_plugin")
