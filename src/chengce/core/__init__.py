"""Hold the words every room shares; no domain logic, no import of another room."""
