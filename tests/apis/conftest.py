"""The scenarios of the further API are run by Prøvestand, in a copy of the project, and not collected here."""

collect_ignore = ["biblioteket"]
