"""The street network: compiled, snapped to, weighed by profile, walled and gated."""
