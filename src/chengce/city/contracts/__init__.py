"""Say what each table of a city holds; the list of all is in `city/layers.py`."""
