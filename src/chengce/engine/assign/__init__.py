"""Assign trips to roads: equilibrium by Algorithm B or Frank–Wolfe, and what can be read off it."""
