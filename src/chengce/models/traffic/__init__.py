"""Load roads with traffic: demand by hour, equilibrium, delay, emissions, counts."""
