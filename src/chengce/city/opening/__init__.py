"""Opening hours: one form of a week, read from the notations people use, written in one."""
