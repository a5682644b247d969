"""Reports what changed between two versions of a contract, and proves it."""
