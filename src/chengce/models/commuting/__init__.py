"""Say who goes where to work: commuters, their times, the decay, the centres."""
