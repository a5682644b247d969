"""The pages for a person whose system calls the sandbox; knows the sandbox by its own API and its record alone."""
