"""Coordinate systems used in China: how each leads to WGS-84 and how well."""
