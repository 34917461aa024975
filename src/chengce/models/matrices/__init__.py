"""Answer travel times between places as a matrix: what is asked, read, and computed."""
