"""Compares what Skatteetaten publishes besides documents, that is pages and notices, with what is known."""
