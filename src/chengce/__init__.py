"""Chengce 城策: who gains and who loses, how sure are we, does it meet the standard, how will we know."""

__version__ = "0.1.0"
