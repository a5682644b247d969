"""One module per kind of thing that has a name: `entries()` yields each of them. `list` offers these modules."""
