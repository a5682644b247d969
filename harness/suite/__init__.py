"""The pytest plugin that turns test outcomes into a verdict."""
