"""Hold what is known of a city: layers with contracts, descriptors and a content hash."""
