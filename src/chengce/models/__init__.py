"""Compute what a city's networks, people and places do; pure functions of city and parameters."""
