"""Share totals of people known by area out to zones, by the homes that stand in them."""
