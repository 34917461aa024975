"""Read tables as people keep them: titles, merged headers, totals, notes, units, odd encodings."""
