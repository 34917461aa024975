"""Where blocks of work run: threads, workers, tiles on disk, jobs and their clock."""
