"""Hold road networks as arrays: from a city, from files, with turns; paths and totals on them."""
