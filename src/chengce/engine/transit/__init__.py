"""The timetable and what surrounds it: fares, rides, doors to doors, services on demand."""
