"""Lay a run out as layers of a GIS, and write them in the formats that a GIS reads."""
