"""Propose which columns of a file fill which table of a city; a person confirms it."""
