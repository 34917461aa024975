"""Adjust a trip matrix to traffic counts, and say how well it fits the counts held out."""
