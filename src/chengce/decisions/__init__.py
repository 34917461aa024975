"""Bring findings to a choice a person can defend: compare, record, report, export."""
