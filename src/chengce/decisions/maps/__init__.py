"""Draw maps of a city as inline SVG: ground, zones, lines, what a scenario changes."""
