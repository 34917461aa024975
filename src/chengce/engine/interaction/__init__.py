"""Flows between zones: pairs in sweeps, balanced and solved."""
