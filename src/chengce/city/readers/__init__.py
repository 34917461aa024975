"""Read the files cities have into tables that meet the contracts."""
