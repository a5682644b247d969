"""The pages for a person whose system calls the sandbox; they know the sandbox only by its API and its record."""
