"""Make one table of places from several sources: what is the same place, whose word counts."""
